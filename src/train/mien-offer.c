/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-offer.h"

#include <glib/gi18n-lib.h>

#include "train/mien-bundled.h"
#include "train/mien-known-weights.h"
#include "train/mien-training-set.h"

/* Up to here a picture loses little when it is brought to the 48x48 of the compact network. */
#define SMALL_SIDE 96

/* So many pictures of each class should a step see, or its gradient is of few classes alone. */
#define PICTURES_OF_A_CLASS 4

/* From a network that knows faces, a dozen epochs bring what can be had, of some hundred pictures
 * as of ten thousand; of very few, an epoch has too few steps. The more there are, the more of them
 * may share a step. */
static const struct
{
  guint n_training; /* up to so many pictures to learn from */
  guint batch;
  guint epochs;
  guint patience;
} sizes[] = {
  { 200, 16, 30, 15 },
  { 2000, 16, 12, 6 },
  { 10000, 32, 12, 6 },
  { G_MAXUINT, 64, 12, 6 },
};

/* From scratch nothing is known yet: it has to see each picture more often. */
#define SCRATCH_EPOCHS 3

static void
suit_count (MienSettings *settings, const MienOfferFacts *facts)
{
  const guint factor = settings->weights == NULL ? SCRATCH_EPOCHS : 1;
  guint size = 0;

  while (facts->n_training > sizes[size].n_training)
    size++;
  settings->batch = sizes[size].batch;
  while (settings->batch < 64 && settings->batch / PICTURES_OF_A_CLASS < facts->n_classes)
    settings->batch *= 2;
  settings->epochs = factor * sizes[size].epochs;
  settings->patience = factor * sizes[size].patience;
}

/* The settings around the first of the files that can be used; a word on each that cannot. */
static MienSettings *
start_from (const char *const *files, GString *complaints)
{
  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      MienSettings *settings = mien_settings_new_for_weights (files[i], &error);

      if (settings != NULL)
        return settings;
      g_string_append_printf (complaints, "%s\n", error->message);
    }
  return mien_settings_new_compact ();
}

static void
append_reason (GString *text,
               const MienOfferFacts *facts,
               const MienSettings *settings,
               gboolean small,
               gboolean is_imagenet)
{
  const guint side = settings->architecture.input_width;

  if (is_imagenet)
    g_string_append_printf (
      text,
      _ ("These pictures are photographs (typically %u pixels), so the training starts from the "
         "network with ImageNet weights, at %u × %u."),
      facts->side, side, side);
  else if (!small)
    g_string_append_printf (
      text,
      _ ("These pictures are photographs (typically %u pixels). A network with ImageNet weights "
         "would serve them better than the compact one at %u × %u, but the weights are not on "
         "this computer: fetch them, or choose a file of them as the backbone."),
      facts->side, side, side);
  else if (settings->weights != NULL)
    g_string_append_printf (
      text,
      _ ("These pictures are small (typically %u pixels), so the training starts from the compact "
         "network that knows faces, at %u × %u."),
      facts->side, side, side);
  else
    g_string_append_printf (text,
                            _ ("These pictures are small (typically %u pixels), so a compact "
                               "network learns them from scratch, at %u × %u."),
                            facts->side, side, side);

  g_string_append_c (text, ' ');
  g_string_append_printf (text,
                          ngettext ("There is %u picture to learn from, hence at most %u epochs "
                                    "with %u pictures a step.",
                                    "There are %u pictures to learn from, hence at most %u epochs "
                                    "with %u pictures a step.",
                                    facts->n_training),
                          facts->n_training, settings->epochs, settings->batch);
}

/**
 * mien_offer_new:
 * @facts: what is known of the data set and the networks that are there
 *
 * Chooses settings: pictures of up to 96 pixels start from the compact network at its own 48x48,
 * or teach it from scratch where it is not there; larger ones start from ImageNet weights at
 * 224x224, or are treated as small ones where there are none. Batch, epochs and patience follow
 * from the number of pictures to learn from, the batch from the number of classes as well.
 *
 * A file that cannot be used is passed over; the reason says why.
 *
 * Returns: (transfer full): the offer
 */
MienOffer *
mien_offer_new (const MienOfferFacts *facts)
{
  const gboolean small = facts->side <= SMALL_SIDE;
  const char *files[3] = { NULL };
  g_autoptr (GString) reason = g_string_new (NULL);
  MienOffer *self = g_new0 (MienOffer, 1);
  gboolean is_imagenet;
  guint n = 0;

  if (!small && facts->imagenet != NULL)
    files[n++] = facts->imagenet;
  if (facts->compact != NULL)
    files[n++] = facts->compact;

  self->settings = start_from (files, reason);
  is_imagenet = !small && facts->imagenet != NULL &&
                g_strcmp0 (self->settings->weights, facts->imagenet) == 0;
  /* The recipe of ImageNet weights has its own numbers, whatever the count. */
  if (!is_imagenet)
    suit_count (self->settings, facts);

  append_reason (reason, facts, self->settings, small, is_imagenet);
  self->reason = g_string_free (g_steal_pointer (&reason), FALSE);
  self->lacks_imagenet = !small && !is_imagenet;
  return self;
}

static int
compare_sides (gconstpointer a, gconstpointer b)
{
  const guint left = *(const guint *) a;
  const guint right = *(const guint *) b;

  return left < right ? -1 : left > right;
}

/* The lower of the two in the middle where the count is even; 0 without pictures. */
static guint
median_side (MienDataset *dataset)
{
  const guint n = mien_dataset_get_n_pictures (dataset);
  g_autofree guint *sides = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, i);

      sides[i] = MAX (picture->width, picture->height);
    }
  qsort (sides, n, sizeof *sides, compare_sides);
  return n > 0 ? sides[(n - 1) / 2] : 0;
}

/**
 * mien_offer_new_for_dataset:
 * @dataset: a data set
 *
 * Chooses settings that suit @dataset from its pictures' sizes, their count, the number of its
 * classes and the networks that are on this computer; see mien_offer_new(). Reads the header of a
 * weights file, thus not for the main thread.
 *
 * Returns: (transfer full): the offer
 */
MienOffer *
mien_offer_new_for_dataset (MienDataset *dataset)
{
  g_autofree char *compact = mien_bundled_find (MIEN_BUNDLED_FACES);
  g_autofree char *imagenet = mien_weights_find_imagenet ();
  /* What is offered leaves them out. */
  g_autoptr (MienTrainingSet) set = mien_training_set_new (dataset, TRUE);
  MienOfferFacts facts = {
    .side = median_side (dataset),
    .n_training = set->n,
    .compact = compact,
    .imagenet = imagenet,
  };

  mien_dataset_get_classes (dataset, &facts.n_classes);
  return mien_offer_new (&facts);
}

/**
 * mien_offer_new_plain:
 *
 * Returns: (transfer full): what is offered before there is a data set, without a reason
 */
MienOffer *
mien_offer_new_plain (void)
{
  MienOffer *self = g_new0 (MienOffer, 1);

  self->settings = mien_settings_new_compact ();
  return self;
}

/**
 * mien_offer_free:
 * @self: (transfer full) (nullable): an offer
 */
void
mien_offer_free (MienOffer *self)
{
  if (self == NULL)
    return;
  mien_settings_free (self->settings);
  g_free (self->reason);
  g_free (self);
}
