/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <string.h>

#include "train-fixture.h"
#include "train/mien-offer.h"

typedef struct
{
  char *folder;
  char *compact;  /* a network with batch normalisation that Mien has trained */
  char *imagenet; /* one without, of the recipe that ImageNet weights get */
} Fixture;

static void
write_compact (const char *path)
{
  const VggArchitecture architecture = {
    .depth = 11,
    .batch_norm = TRUE,
    .width_eighths = 1,
    .input_width = 48,
    .input_height = 48,
    .head = VGG_HEAD_LIGHT,
    .n_classes = N_COLOURS,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (MienModel) model = NULL;
  MienPreprocessing preprocessing;
  VggNetwork *network = vgg_network_new (&architecture, &error);

  g_assert_no_error (error);
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 1);
  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_UNIT);
  model = mien_model_new (network, colour_names, &preprocessing, NULL, NULL);
  mien_model_save (model, path, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (MienModel) model = train_fixture_colour_model (1);
  g_autoptr (GError) error = NULL;

  self->folder = train_fixture_make_folder ();
  self->compact = g_build_filename (self->folder, "faces-compact.safetensors", NULL);
  self->imagenet = g_build_filename (self->folder, "imagenet.safetensors", NULL);
  write_compact (self->compact);
  mien_model_save (model, self->imagenet, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  train_fixture_remove_folder (self->folder);
  g_free (self->compact);
  g_free (self->imagenet);
}

static MienOffer *
make_offer (const MienOfferFacts *facts)
{
  g_autoptr (GError) error = NULL;
  MienOffer *offer = mien_offer_new (facts);

  g_assert_true (mien_settings_validate (offer->settings, &error));
  return offer;
}

/* What it starts from, for each of the cases of size and files that are there. */
static void
test_weights (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    guint side;
    gboolean has_compact, has_imagenet;
    const char *weights; /* NULL: from scratch */
    gboolean lacks_imagenet;
    const char *says;
  } cases[] = {
    { 48, TRUE, TRUE, fixture->compact, FALSE, "48" },
    { 96, TRUE, TRUE, fixture->compact, FALSE, "96" },
    { 97, TRUE, TRUE, fixture->imagenet, FALSE, "97" },
    { 97, TRUE, FALSE, fixture->compact, TRUE, "97" },
    { 640, FALSE, TRUE, fixture->imagenet, FALSE, "640" },
    { 640, FALSE, FALSE, NULL, TRUE, "640" },
    { 48, FALSE, TRUE, NULL, FALSE, "48" },
    { 48, FALSE, FALSE, NULL, FALSE, "48" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const MienOfferFacts facts = {
        .side = cases[i].side,
        .n_training = 480,
        .n_classes = 3,
        .compact = cases[i].has_compact ? fixture->compact : NULL,
        .imagenet = cases[i].has_imagenet ? fixture->imagenet : NULL,
      };
      g_autoptr (MienOffer) offer = make_offer (&facts);

      g_assert_cmpstr (offer->settings->weights, ==, cases[i].weights);
      g_assert_cmpint (offer->lacks_imagenet, ==, cases[i].lacks_imagenet);
      g_assert_nonnull (strstr (offer->reason, cases[i].says));
      g_assert_nonnull (strstr (offer->reason, "480"));
    }
}

/* More pictures: no more epochs, and no fewer pictures a step. From scratch: more epochs than
 * from what is known already. */
static void
test_count (Fixture *fixture, gconstpointer data)
{
  const guint counts[] = { 2, 200, 480, 2000, 5000, 10000, 12000, 100000 };
  guint epochs = G_MAXUINT;
  guint batch = 0;

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      MienOfferFacts facts = {
        .side = 48, .n_training = counts[i], .n_classes = 3, .compact = fixture->compact
      };
      g_autoptr (MienOffer) offer = make_offer (&facts);
      g_autoptr (MienOffer) scratch = NULL;

      facts.compact = NULL;
      scratch = make_offer (&facts);
      g_assert_cmpuint (offer->settings->batch, >=, batch);
      g_assert_cmpuint (offer->settings->patience, <, offer->settings->epochs);
      g_assert_cmpuint (offer->settings->epochs, <=, epochs);
      g_assert_cmpuint (scratch->settings->epochs, >, offer->settings->epochs);
      g_assert_cmpuint (scratch->settings->batch, ==, offer->settings->batch);
      epochs = offer->settings->epochs;
      batch = offer->settings->batch;
    }
}

static void
test_classes (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    guint n_classes, batch;
  } cases[] = { { 2, 16 }, { 4, 16 }, { 5, 32 }, { 8, 32 }, { 9, 64 }, { 1000, 64 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const MienOfferFacts facts = { .side = 48,
                                     .n_training = 1000,
                                     .n_classes = cases[i].n_classes };
      g_autoptr (MienOffer) offer = make_offer (&facts);

      g_assert_cmpuint (offer->settings->batch, ==, cases[i].batch);
    }
}

/* A file that cannot be used is named and passed over. */
static void
test_broken_weights (Fixture *fixture, gconstpointer data)
{
  const MienOfferFacts facts = { .side = 200,
                                 .n_training = 9,
                                 .n_classes = 2,
                                 .compact = fixture->compact,
                                 .imagenet = fixture->imagenet };
  g_autoptr (MienOffer) first = NULL;
  g_autoptr (MienOffer) second = NULL;

  g_assert_true (g_file_set_contents (fixture->imagenet, "x", -1, NULL));
  first = make_offer (&facts);
  g_assert_cmpstr (first->settings->weights, ==, fixture->compact);
  g_assert_true (first->lacks_imagenet);
  g_assert_nonnull (strstr (first->reason, "imagenet.safetensors"));
  g_assert_null (strstr (first->reason, "faces-compact.safetensors"));

  g_assert_true (g_file_set_contents (fixture->compact, "x", -1, NULL));
  second = make_offer (&facts);
  g_assert_null (second->settings->weights);
  g_assert_nonnull (strstr (second->reason, "imagenet.safetensors"));
  g_assert_nonnull (strstr (second->reason, "faces-compact.safetensors"));
}

static void
write_picture (const char *folder, const char *name, int width, int height)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (pixbuf, (guint32) (width << 24 | height << 16 | 0xff));
  gdk_pixbuf_save (pixbuf, path, "png", &error, NULL);
  g_assert_no_error (error);
}

/* The longer sides are 40, 60, 100, 110 and 120: photographs by their median, although most of the
 * shorter sides are small. */
static void
test_dataset (Fixture *fixture, gconstpointer data)
{
  g_autofree char *pictures = train_fixture_make_folder ();
  g_autofree char *one = g_build_filename (pictures, "train", "one", NULL);
  g_autofree char *two = g_build_filename (pictures, "train", "two", NULL);
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (MienOffer) offer = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (one, 0755), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (two, 0755), ==, 0);
  write_picture (one, "a.png", 40, 40);
  write_picture (one, "b.png", 33, 100);
  write_picture (one, "c.png", 60, 50);
  write_picture (two, "a.png", 120, 34);
  write_picture (two, "b.png", 110, 110);
  dataset = train_fixture_scan (pictures);

  g_setenv ("MIEN_WEIGHTS", fixture->folder, TRUE);
  offer = mien_offer_new_for_dataset (dataset);
  g_assert_nonnull (strstr (offer->reason, "100 pixels"));
  g_assert_nonnull (strstr (offer->reason, "5 pictures"));
  g_assert_true (offer->lacks_imagenet);
  g_assert_cmpstr (offer->settings->weights, ==, fixture->compact);

  train_fixture_remove_folder (g_steal_pointer (&pictures));
}

static void
test_plain (void)
{
  g_autoptr (MienOffer) offer = mien_offer_new_plain ();
  g_autoptr (MienSettings) scratch = mien_settings_new_compact ();

  g_assert_null (offer->reason);
  g_assert_true (mien_settings_equal (offer->settings, scratch));
}

int
main (int argc, char **argv)
{
  g_autofree char *home = train_fixture_make_folder ();
  int status;

  /* Fetched weights are looked for there. */
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/offer/weights", test_weights);
  ADD ("/offer/count", test_count);
  ADD ("/offer/classes", test_classes);
  ADD ("/offer/broken-weights", test_broken_weights);
  ADD ("/offer/dataset", test_dataset);
#undef ADD
  g_test_add_func ("/offer/plain", test_plain);
  status = g_test_run ();
  train_fixture_remove_folder (g_steal_pointer (&home));
  return status;
}
