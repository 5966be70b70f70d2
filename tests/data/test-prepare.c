/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gstdio.h>

#include "prepare-fixture.h"

/* Chosen, renamed, merged, and balanced in both directions. */
static void
test_balance (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  guint n;
  const char *const *classes;

  prepare_fixture_add_divided (fixture);
  mien_prepare_options_init (&options);
  prepare_choose (&options, "joy", "happy");
  prepare_choose (&options, "bad", "angry,sad");
  options.balance = 8;
  plan = prepare_fixture_plan (fixture, &options);

  classes = mien_prepare_plan_get_classes (plan, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (classes[0], ==, "joy");
  g_assert_cmpstr (classes[1], ==, "bad");
  g_assert_cmpuint (mien_prepare_plan_count_before (plan, 0, MIEN_SPLIT_TRAIN), ==, 10);
  g_assert_cmpuint (mien_prepare_plan_count_before (plan, 1, MIEN_SPLIT_TRAIN), ==, 10);
  g_assert_cmpuint (mien_prepare_plan_count_before (plan, 1, MIEN_SPLIT_TEST), ==, 8);
  g_assert_cmpuint (mien_prepare_plan_count_after (plan, 1, MIEN_SPLIT_TRAIN), ==, 8);
  g_assert_cmpuint (mien_prepare_plan_get_n_pictures (plan), ==, 8 + 8 + 2 + 8);

  prepare_fixture_write (fixture, plan);
  dataset = prepare_fixture_scan (fixture);
  prepare_assert_counts (dataset, "joy", 8, 0, 2);
  prepare_assert_counts (dataset, "bad", 8, 0, 8);
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 0);
}

/* Copies are spread evenly, of training pictures alone, and lie in one group with their source. */
static void
test_copies (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GHashTable) entries = NULL;
  guint n_copies[4] = { 0 };
  guint n_groups = 0;

  prepare_fixture_add_divided (fixture);
  mien_prepare_options_init (&options);
  prepare_choose (&options, "angry", "angry");
  prepare_choose (&options, "sad", "sad");
  options.balance = 11;
  plan = prepare_fixture_plan (fixture, &options);
  g_assert_cmpuint (mien_prepare_plan_count_copies (plan, 0), ==, 5);
  g_assert_cmpuint (mien_prepare_plan_count_copies (plan, 1), ==, 7);
  prepare_fixture_write (fixture, plan);

  dataset = prepare_fixture_scan (fixture);
  entries = prepare_fixture_read_manifest (fixture);
  g_assert_cmpuint (g_hash_table_size (entries), ==, mien_dataset_get_n_pictures (dataset));
  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, i);
      const MienPicture *first = mien_dataset_get_picture (dataset, picture->group);
      const char *file = picture->path + strlen (fixture->destination) + 1;
      const MienManifestEntry *entry = g_hash_table_lookup (entries, file);
      g_autofree char *source = NULL;

      g_assert_nonnull (entry);
      g_assert_cmpint (entry->is_copy, ==, strstr (file, "-copy-") != NULL);
      g_assert_cmpint (picture->is_copy, ==, entry->is_copy);
      g_assert_cmpint (picture->split, ==, first->split);
      if (picture->is_copy)
        g_assert_cmpint (picture->split, ==, MIEN_SPLIT_TRAIN);
      source = g_build_filename (fixture->source.directory, entry->source, NULL);
      g_assert_true (g_file_test (source, G_FILE_TEST_IS_REGULAR));
      if (!picture->is_copy)
        {
          n_groups++;
          g_assert_true (memcmp (picture->digest, entry->digest, 32) == 0);
          if (g_str_has_prefix (file, "train/sad/"))
            {
              guint n = 0;

              for (guint j = 0; j < mien_dataset_get_n_pictures (dataset); j++)
                n += mien_dataset_get_picture (dataset, j)->group == picture->group ? 1 : 0;
              g_assert_cmpuint (n, >=, 2);
              g_assert_cmpuint (n, <=, 3);
              n_copies[n]++;
            }
        }
    }
  /* Seven copies of four pictures: three of them twice. */
  g_assert_cmpuint (n_copies[2], ==, 1);
  g_assert_cmpuint (n_copies[3], ==, 3);
  g_assert_cmpuint (n_groups, ==, 6 + 4 + 3 + 5);
}

/* Whatever the seed, no split that is made later separates a picture from its copies. */
static void
test_no_leak (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (GHashTable) entries = NULL;

  prepare_fixture_add_divided (fixture);
  /* The same picture under two names: copies of either belong on one side. */
  fixture_add (fixture->source.directory, "train/sad/again.png", 200);
  mien_prepare_options_init (&options);
  options.balance = 20;
  plan = prepare_fixture_plan (fixture, &options);
  prepare_fixture_write (fixture, plan);
  entries = prepare_fixture_read_manifest (fixture);

  for (guint seed = 0; seed < 5; seed++)
    {
      g_autoptr (MienDataset) dataset = fixture_scan (fixture->destination, seed);
      g_autoptr (GHashTable) sides = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                                            (GDestroyNotify) g_bytes_unref, NULL);

      g_assert_cmpuint (mien_dataset_count_split (dataset, MIEN_SPLIT_VALIDATION), >, 0);
      for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
        {
          const MienPicture *picture = mien_dataset_get_picture (dataset, i);
          const MienManifestEntry *entry = NULL;
          GBytes *key;
          gpointer side;

          entry = g_hash_table_lookup (entries, picture->path + strlen (fixture->destination) + 1);
          key = g_bytes_new (entry->digest, sizeof entry->digest);
          side = GUINT_TO_POINTER (picture->split + 1u);
          if (g_hash_table_contains (sides, key))
            g_assert_true (g_hash_table_lookup (sides, key) == side);
          g_hash_table_insert (sides, key, side);
        }
      g_assert_cmpuint (g_hash_table_size (sides), ==, 6 + 10 + 4 + 3 + 2 + 5);
    }
}

static void
assert_same_file (const char *a, const char *b)
{
  g_autofree char *content_a = NULL;
  g_autofree char *content_b = NULL;
  gsize length_a, length_b;

  g_assert_true (g_file_get_contents (a, &content_a, &length_a, NULL));
  g_assert_true (g_file_get_contents (b, &content_b, &length_b, NULL));
  g_assert_cmpmem (content_a, length_a, content_b, length_b);
}

/* Held back before copies are made: validation has originals only, whose families stay there. */
static void
test_validation (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GHashTable) entries = NULL;

  prepare_fixture_add_divided (fixture);
  /* Each happy picture is there twice. */
  folder_fixture_add (&fixture->source, "train/happy/again", 100, 10);
  mien_prepare_options_init (&options);
  options.validation_fraction = 0.5;
  options.balance = 12;
  plan = prepare_fixture_plan (fixture, &options);
  prepare_fixture_write (fixture, plan);

  dataset = prepare_fixture_scan (fixture);
  entries = prepare_fixture_read_manifest (fixture);
  prepare_assert_counts (dataset, "angry", 12, 3, 3);
  prepare_assert_counts (dataset, "happy", 12, 10, 2);
  prepare_assert_counts (dataset, "sad", 12, 2, 5);
  g_assert_cmpuint (mien_prepare_plan_count_copies (plan, 1), ==, 2);
  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, i);
      const MienManifestEntry *entry = NULL;

      entry = g_hash_table_lookup (entries, picture->path + strlen (fixture->destination) + 1);
      if (picture->split != MIEN_SPLIT_VALIDATION)
        continue;
      g_assert_false (picture->is_copy);
      for (guint j = 0; j < mien_dataset_get_n_pictures (dataset); j++)
        {
          const MienPicture *other = mien_dataset_get_picture (dataset, j);
          const MienManifestEntry *other_entry = NULL;

          other_entry = g_hash_table_lookup (entries,
                                             other->path + strlen (fixture->destination) + 1);
          if (memcmp (entry->digest, other_entry->digest, 32) == 0)
            g_assert_cmpint (other->split, ==, MIEN_SPLIT_VALIDATION);
        }
    }
}

/* A validation split that the folder has stays as it is; test and validation are copied. */
static void
test_own_validation (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  g_autofree char *from = g_build_filename (fixture->source.directory, "val/sad/0600.png", NULL);
  g_autofree char *to = g_build_filename (fixture->destination, "validation/sad/0600.png", NULL);

  prepare_fixture_add_divided (fixture);
  folder_fixture_add (&fixture->source, "val/sad", 600, 3);
  mien_prepare_options_init (&options);
  options.validation_fraction = 0.5;
  options.balance = 5;
  plan = prepare_fixture_plan (fixture, &options);
  prepare_fixture_write (fixture, plan);
  dataset = prepare_fixture_scan (fixture);
  prepare_assert_counts (dataset, "angry", 5, 0, 3);
  prepare_assert_counts (dataset, "happy", 5, 0, 2);
  prepare_assert_counts (dataset, "sad", 5, 3, 5);
  assert_same_file (from, to);
}

static JsonArray *
load_rows (PrepareFixture *fixture, JsonParser *parser)
{
  g_autofree char *path = g_build_filename (fixture->destination, MIEN_MANIFEST_NAME, NULL);
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                       "files");
}

/* With nothing but flips, a copy is its source or the mirror of it, as its row says. */
static void
test_transform (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (MienDataset) dataset = NULL;
  JsonArray *rows;
  guint n_flips = 0;
  guint n_copies = 0;

  prepare_fixture_add_divided (fixture);
  mien_prepare_options_init (&options);
  mien_augmentation_init_none (&options.augmentation);
  options.augmentation.horizontal_flip = TRUE;
  options.balance = 20;
  plan = prepare_fixture_plan (fixture, &options);
  prepare_fixture_write (fixture, plan);

  rows = load_rows (fixture, parser);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      g_autofree char *file = NULL;
      g_autofree char *source = NULL;
      g_autoptr (GdkPixbuf) picture = NULL;
      g_autoptr (GdkPixbuf) made = NULL;
      g_autoptr (GdkPixbuf) expected = NULL;
      gboolean flip;

      file = g_build_filename (fixture->destination, json_object_get_string_member (row, "file"),
                               NULL);
      source = g_build_filename (fixture->source.directory,
                                 json_object_get_string_member (row, "source"), NULL);
      if (!json_object_get_boolean_member (row, "copy"))
        {
          assert_same_file (file, source);
          g_assert_false (json_object_has_member (row, "transform"));
          continue;
        }
      flip = json_object_get_boolean_member (json_object_get_object_member (row, "transform"),
                                             "flip");
      picture = gdk_pixbuf_new_from_file (source, NULL);
      made = gdk_pixbuf_new_from_file (file, NULL);
      expected = flip ? gdk_pixbuf_flip (picture, TRUE) : g_object_ref (picture);
      for (int y = 0; y < 40; y++)
        g_assert_cmpmem (gdk_pixbuf_get_pixels (made) + y * gdk_pixbuf_get_rowstride (made), 120,
                         gdk_pixbuf_get_pixels (expected) + y * gdk_pixbuf_get_rowstride (expected),
                         120);
      n_flips += flip ? 1 : 0;
      n_copies++;
    }
  g_assert_cmpuint (n_copies, ==, 60 - 20);
  g_assert_cmpuint (n_flips, >, 5);
  g_assert_cmpuint (n_flips, <, 35);

  /* A copy that is as its source is no duplicate to tell of. */
  dataset = prepare_fixture_scan (fixture);
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 0);
}

/* The same seed writes the same bytes, another one others. */
static void
test_seed (PrepareFixture *fixture, gconstpointer data)
{
  static const char copy[] = "train/sad/0200-copy-1.png";
  const guint64 seeds[] = { 5, 5, G_MAXUINT64 };
  g_autofree char *first = NULL;

  prepare_fixture_add_divided (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      g_auto (MienPrepareOptions) options;
      g_autoptr (MienPreparePlan) plan = NULL;
      g_autofree char *path = g_build_filename (fixture->destination, copy, NULL);
      g_autofree char *manifest = NULL;
      g_autofree char *content = NULL;
      g_autofree char *digest = NULL;
      g_autofree char *both = NULL;
      g_autofree char *text = NULL;
      gsize length;

      mien_prepare_options_init (&options);
      options.seed = seeds[i];
      options.balance = 8;
      plan = prepare_fixture_plan (fixture, &options);
      prepare_fixture_write (fixture, plan);
      manifest = g_build_filename (fixture->destination, MIEN_MANIFEST_NAME, NULL);
      g_assert_true (g_file_get_contents (path, &content, &length, NULL));
      g_assert_true (g_file_get_contents (manifest, &text, NULL, NULL));
      digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) content, length);
      both = g_strconcat (digest, text, NULL);
      if (i == 0)
        first = g_strdup (both);
      g_assert_cmpint (strcmp (first, both) == 0, ==, i < 2);
      fixture_remove (fixture->destination);
    }
}

/* Names that meet in one folder, that are too long for more, and that no scan would find. */
static void
test_names (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (MienDataset) source = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GString) text = g_string_new ("path,label\n");
  g_autoptr (GError) error = NULL;
  g_autofree char *table = fixture_path (fixture->source.directory, "table.csv");
  g_autofree char *stem = g_strnfill (240, 'x');
  g_autofree char *long_name = g_strdup_printf ("%s.png", stem);
  const char *names[] = { "a/one.png",   "b/one.png", "c/ONE.PNG",   "a/one-2.png",
                          "a/.seen.png", long_name,   "a/\"q\".png", "z/other.png" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_auto (GStrv) parts = g_strsplit (names[i], "\"", -1);
      g_autofree char *quoted = g_strjoinv ("\"\"", parts);

      fixture_add (fixture->source.directory, names[i], i);
      g_string_append_printf (text, "\"%s\",%s\n", quoted, i < 7 ? "first" : "second");
    }
  fixture_write (table, text->str, text->len);

  mien_prepare_options_init (&options);
  options.balance = 14;
  source = fixture_scan (table, 0);
  plan = mien_prepare_plan_new (source, &options, &error);
  g_assert_no_error (error);
  prepare_fixture_write (fixture, plan);
  dataset = prepare_fixture_scan (fixture);
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==,
                    mien_prepare_plan_get_n_pictures (plan));
  prepare_assert_counts (dataset, "first", 14, 0, mien_dataset_count (source, 0, MIEN_SPLIT_TEST));
}

/* Preparing what was prepared begins with its originals. */
static void
test_again (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) first = NULL;
  g_autoptr (MienPreparePlan) second = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  prepare_fixture_add_divided (fixture);
  mien_prepare_options_init (&options);
  options.balance = 9;
  first = prepare_fixture_plan (fixture, &options);
  prepare_fixture_write (fixture, first);
  dataset = prepare_fixture_scan (fixture);
  options.balance = 0;
  second = mien_prepare_plan_new (dataset, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (mien_prepare_plan_count_before (second, 2, MIEN_SPLIT_TRAIN), ==, 9);
  g_assert_cmpuint (mien_prepare_plan_count_after (second, 2, MIEN_SPLIT_TRAIN), ==, 4);
  g_assert_cmpuint (mien_prepare_plan_count_after (second, 1, MIEN_SPLIT_TRAIN), ==, 9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  prepare_fixture_test ("/prepare/balance", test_balance);
  prepare_fixture_test ("/prepare/copies", test_copies);
  prepare_fixture_test ("/prepare/no-leak", test_no_leak);
  prepare_fixture_test ("/prepare/validation", test_validation);
  prepare_fixture_test ("/prepare/own-validation", test_own_validation);
  prepare_fixture_test ("/prepare/transform", test_transform);
  prepare_fixture_test ("/prepare/seed", test_seed);
  prepare_fixture_test ("/prepare/names", test_names);
  prepare_fixture_test ("/prepare/again", test_again);
  return g_test_run ();
}
