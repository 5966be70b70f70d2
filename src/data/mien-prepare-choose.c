/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "data/mien-data-error.h"
#include "data/mien-dataset-private.h"
#include "data/mien-folder.h"
#include "data/mien-prepare-private.h"

/* Keys of the streams that are drawn from a class at a time; no picture has these indices. */
#define HOLD_BACK_STREAM G_MAXUINT64
#define CHOICE_STREAM (G_MAXUINT64 - 1)
#define SPREAD_STREAM (G_MAXUINT64 - 2)

#define MAX_NAME_BYTES 255

/* More training pictures than this would not fit into memory as a list either. */
#define MAX_TRAINING 10000000

static gboolean
check_name (const char *name, GError **error)
{
  gboolean is_folder = name[0] != '\0' && strchr (name, G_DIR_SEPARATOR) == NULL &&
                       !mien_folder_is_ignored (name) && strlen (name) <= MAX_NAME_BYTES;

  for (const char *p = name; *p != '\0' && is_folder; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      is_folder = FALSE;
  if (is_folder)
    return TRUE;

  g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
               _ ("A class cannot be called “%s”, as no folder of pictures can. Choose a name "
                  "without “/” that does not begin with a dot."),
               name);
  return FALSE;
}

static gboolean
choose_source (MienPreparePlan *self, const char *source, guint target, GError **error)
{
  guint n;
  const char *const *names = mien_dataset_get_classes (self->source, &n);
  guint i = 0;

  while (i < n && strcmp (names[i], source) != 0)
    i++;
  if (i == n)
    {
      g_autofree char *list = g_strjoinv (_ (", "), (char **) names);
      g_autofree char *name = NULL;

      name = g_filename_display_name (mien_dataset_get_directory (self->source));
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("There is no class “%s” in “%s”. Its classes are: %s."), source, name, list);
      return FALSE;
    }
  if (self->targets[i] >= 0)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("The class “%s” is chosen twice. Each can become one class only."), source);
      return FALSE;
    }
  self->targets[i] = (gint) target;
  return TRUE;
}

/**
 * mien_prepare_plan_choose_classes:
 * @self: a plan with its source and options
 * @error: return location for %MIEN_DATA_ERROR_LAYOUT
 *
 * Sets the new classes, and what each class of the source becomes.
 *
 * Returns: %FALSE where the options do not fit the source
 */
gboolean
mien_prepare_plan_choose_classes (MienPreparePlan *self, GError **error)
{
  guint n_sources;
  const char *const *names = mien_dataset_get_classes (self->source, &n_sources);
  GPtrArray *classes = self->options.classes;

  if (classes->len == 0)
    for (guint i = 0; i < n_sources; i++)
      {
        const char *const sources[] = { names[i], NULL };

        mien_prepare_options_add_class (&self->options, names[i], sources);
      }

  self->n_classes = classes->len;
  self->classes = g_new0 (char *, self->n_classes + 1);
  self->before = g_new0 (guint, (gsize) self->n_classes * MIEN_N_SPLITS);
  self->after = g_new0 (guint, (gsize) self->n_classes * MIEN_N_SPLITS);
  self->copies = g_new0 (guint, self->n_classes);
  self->targets = g_new (gint, n_sources);
  for (guint i = 0; i < n_sources; i++)
    self->targets[i] = -1;

  for (guint c = 0; c < self->n_classes; c++)
    {
      const MienPrepareClass *class = g_ptr_array_index (classes, c);

      if (!check_name (class->name, error))
        return FALSE;
      self->classes[c] = g_strdup (class->name);
      for (guint i = 0; i < class->sources->len; i++)
        if (!choose_source (self, g_ptr_array_index (class->sources, i), c, error))
          return FALSE;
    }

  if (classes->len < 2)
    {
      g_set_error_literal (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                           _ ("A classifier needs two classes or more. Choose another one too."));
      return FALSE;
    }
  if ((guint64) classes->len * self->options.balance > MAX_TRAINING)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_TOO_LARGE,
                   _ ("%u classes of %u training pictures are more than %d. Balance to fewer."),
                   classes->len, self->options.balance, MAX_TRAINING);
      return FALSE;
    }
  return TRUE;
}

/**
 * mien_prepare_plan_get_own_split:
 * @self: a plan
 * @picture: of its source
 *
 * Returns: where the picture lies, without a validation split that the scan made
 */
MienSplit
mien_prepare_plan_get_own_split (MienPreparePlan *self, const MienPicture *picture)
{
  if (picture->split == MIEN_SPLIT_VALIDATION &&
      mien_dataset_split_was_made (self->source, MIEN_SPLIT_VALIDATION))
    return MIEN_SPLIT_TRAIN;
  return picture->split;
}

static void
add_item (MienPreparePlan *self, guint picture, guint class_index, MienSplit split, guint copy)
{
  MienPrepareItem item = { picture, class_index, split, copy, NULL };

  g_array_append_val (self->items, item);
  self->after[class_index * MIEN_N_SPLITS + split]++;
  if (copy > 0)
    self->copies[class_index]++;
}

/* Takes some of the training pictures away and adds them to validation. */
static void
hold_back (MienPreparePlan *self, GArray *train)
{
  g_autofree guint *families = g_new (guint, MAX (train->len, 1));
  g_autofree guint *classes = g_new (guint, MAX (train->len, 1));
  g_autofree gboolean *drawn = g_new (gboolean, MAX (train->len, 1));
  guint n_kept = 0;
  VggRandom random;

  for (guint i = 0; i < train->len; i++)
    {
      guint index = g_array_index (train, guint, i);

      families[i] = self->source->families[index];
      classes[i] = (guint)
                     self->targets[mien_dataset_get_picture (self->source, index)->class_index];
    }
  vgg_random_init_stream (&random, self->options.seed, HOLD_BACK_STREAM, 0);
  mien_split_draw (families, classes, train->len, self->n_classes,
                   self->options.validation_fraction, &random, drawn);
  for (guint i = 0; i < train->len; i++)
    {
      guint index = g_array_index (train, guint, i);

      if (drawn[i])
        add_item (self, index, classes[i], MIEN_SPLIT_VALIDATION, 0);
      else
        g_array_index (train, guint, n_kept++) = index;
    }
  g_array_set_size (train, n_kept);
}

/* Adds a class's training pictures and copies of them, or a choice of them. */
static gboolean
balance (MienPreparePlan *self, guint class_index, guint *pictures, guint n, GError **error)
{
  guint wanted = self->options.balance > 0 ? self->options.balance : n;
  guint n_copies = wanted > n ? wanted - n : 0;
  g_autofree guint *order = g_new (guint, n);
  g_autofree guint *copies = g_new0 (guint, n);
  VggRandom random;

  if (n_copies > 0 && mien_augmentation_is_none (&self->options.augmentation))
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("“%s” has %u pictures to train on and needs copies for %u, which would all "
                      "be the same. Switch the augmentation on."),
                   self->classes[class_index], n, wanted);
      return FALSE;
    }

  for (guint i = 0; i < n; i++)
    order[i] = i;
  vgg_random_init_stream (&random, self->options.seed, n_copies > 0 ? SPREAD_STREAM : CHOICE_STREAM,
                          class_index);
  vgg_random_shuffle (&random, order, n);
  if (n_copies > 0)
    for (guint i = 0; i < n; i++)
      copies[order[i]] = n_copies / n + (i < n_copies % n ? 1 : 0);

  /* What was not chosen is marked, so that the rest keeps its order. */
  for (guint i = wanted; i < n; i++)
    copies[order[i]] = G_MAXUINT;
  for (guint i = 0; i < n; i++)
    {
      if (copies[i] == G_MAXUINT)
        continue;
      for (guint copy = 0; copy <= copies[i]; copy++)
        add_item (self, pictures[i], class_index, MIEN_SPLIT_TRAIN, copy);
    }
  return TRUE;
}

static gboolean
add_training (MienPreparePlan *self, const GArray *train, GError **error)
{
  g_autofree guint *pictures = g_new (guint, MAX (train->len, 1));

  for (guint c = 0; c < self->n_classes; c++)
    {
      guint n = 0;

      for (guint i = 0; i < train->len; i++)
        {
          guint index = g_array_index (train, guint, i);
          const MienPicture *picture = mien_dataset_get_picture (self->source, index);

          if (self->targets[picture->class_index] == (gint) c)
            pictures[n++] = index;
        }
      if (n == 0)
        {
          g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                       _ ("The class “%s” has no picture to train on. Leave it out, or choose "
                          "another class for it."),
                       self->classes[c]);
          return FALSE;
        }
      if (!balance (self, c, pictures, n, error))
        return FALSE;
    }
  return TRUE;
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const MienPrepareItem *x = a;
  const MienPrepareItem *y = b;

  if (x->split != y->split)
    return x->split < y->split ? -1 : 1;
  if (x->class_index != y->class_index)
    return x->class_index < y->class_index ? -1 : 1;
  if (x->picture != y->picture)
    return x->picture < y->picture ? -1 : 1;
  return (x->copy > y->copy) - (x->copy < y->copy);
}

/**
 * mien_prepare_plan_choose_pictures:
 * @self: a plan with its classes
 * @error: return location for %MIEN_DATA_ERROR_LAYOUT
 *
 * Lists what is to be written, by split, class and source picture, and counts it.
 *
 * Returns: %FALSE where a class has nothing to train on, or nothing to make copies with
 */
gboolean
mien_prepare_plan_choose_pictures (MienPreparePlan *self, GError **error)
{
  g_autoptr (GArray) train = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean has_validation = FALSE;

  for (guint i = 0; i < mien_dataset_get_n_pictures (self->source); i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self->source, i);
      gint target = self->targets[picture->class_index];
      MienSplit split = mien_prepare_plan_get_own_split (self, picture);

      has_validation |= split == MIEN_SPLIT_VALIDATION;
      if (target < 0)
        continue;
      self->before[target * MIEN_N_SPLITS + (gint) split]++;
      if (picture->is_copy)
        continue;
      if (split == MIEN_SPLIT_TRAIN)
        g_array_append_val (train, i);
      else
        add_item (self, i, (guint) target, split, 0);
    }

  if (!has_validation)
    hold_back (self, train);
  if (!add_training (self, train, error))
    return FALSE;
  g_array_sort (self->items, compare_items);
  return TRUE;
}
