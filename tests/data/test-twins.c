/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "data-fixture.h"
#include "data/mien-likeness.h"

#define SIDE 48

/* A picture with soft shapes, as photographs have them: noise of 6x6 pixels, enlarged. */
static GdkPixbuf *
make_scene (guint seed, int side)
{
  g_autoptr (GdkPixbuf) noise = fixture_picture (6, 6, seed);

  return gdk_pixbuf_scale_simple (noise, side, side, GDK_INTERP_BILINEAR);
}

static void
save (FolderFixture *fixture, const char *relative, GdkPixbuf *picture)
{
  g_autofree char *path = fixture_path (fixture->directory, "%s", relative);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  fixture_save (picture, path, g_str_has_suffix (relative, ".jpg") ? "jpeg" : "png");
}

static void
save_scene (FolderFixture *fixture, const char *relative, guint seed)
{
  g_autoptr (GdkPixbuf) scene = make_scene (seed, SIDE);

  save (fixture, relative, scene);
}

/* Two classes in training and test, none of them alike. */
static void
save_others (FolderFixture *fixture)
{
  static const char *const folders[] = { "train/a", "train/b", "test/a", "test/b" };

  for (guint f = 0; f < G_N_ELEMENTS (folders); f++)
    for (guint i = 0; i < 5; i++)
      {
        g_autofree char *name = g_strdup_printf ("%s/other-%u.png", folders[f], i);

        save_scene (fixture, name, 100 + 10 * f + i);
      }
}

/* The group that a file is in; NULL: none. */
static const MienTwins *
find (FolderFixture *fixture, MienDataset *dataset, const char *relative)
{
  g_autofree char *path = fixture_path (fixture->directory, "%s", relative);

  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    if (strcmp (mien_dataset_get_picture (dataset, i)->path, path) == 0)
      return mien_dataset_find_twins (dataset, i);
  g_error ("No picture “%s”", relative);
}

static void
assert_pair (FolderFixture *fixture,
             MienDataset *dataset,
             const char *first,
             const char *second,
             MienTwinsKind kind)
{
  const MienTwins *twins = find (fixture, dataset, first);

  g_assert_nonnull (twins);
  g_assert_true (find (fixture, dataset, second) == twins);
  g_assert_cmpuint (twins->pictures->len, ==, 2);
  g_assert_cmpint (twins->kind, ==, kind);
}

static void
test_kinds (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (GdkPixbuf) jpeg = make_scene (1, SIDE);
  g_autoptr (GdkPixbuf) left = make_scene (2, SIDE);
  g_autoptr (GdkPixbuf) right = gdk_pixbuf_flip (left, TRUE);
  g_autoptr (GdkPixbuf) dark = make_scene (3, SIDE);
  g_autoptr (GdkPixbuf) bright = gdk_pixbuf_copy (dark);
  g_autoptr (GdkPixbuf) small = make_scene (4, SIDE);
  g_autoptr (GdkPixbuf) large = gdk_pixbuf_scale_simple (small, 96, 96, GDK_INTERP_BILINEAR);
  g_autoptr (GdkPixbuf) upright = make_scene (5, SIDE);
  g_autoptr (GdkPixbuf) turned = gdk_pixbuf_rotate_simple (upright, GDK_PIXBUF_ROTATE_CLOCKWISE);
  g_autoptr (GdkPixbuf) wide = make_scene (6, 72);
  g_autoptr (GdkPixbuf) here = gdk_pixbuf_new_subpixbuf (wide, 0, 0, SIDE, SIDE);
  g_autoptr (GdkPixbuf) there = gdk_pixbuf_new_subpixbuf (wide, 12, 0, SIDE, SIDE);
  guint8 *pixels = gdk_pixbuf_get_pixels (bright);
  gsize n = gdk_pixbuf_get_byte_length (bright);
  g_autoptr (MienDataset) dataset = NULL;

  for (gsize i = 0; i < n; i++)
    pixels[i] = (guint8) (pixels[i] * 0.8 + 40);

  save_others (fixture);
  save_scene (fixture, "train/a/equal.png", 0);
  save_scene (fixture, "test/a/equal.png", 0);
  save (fixture, "train/a/coded.jpg", jpeg);
  save (fixture, "test/a/coded.png", jpeg);
  save (fixture, "train/a/left.png", left);
  save (fixture, "train/a/right.png", right);
  save (fixture, "train/a/dark.png", dark);
  save (fixture, "train/b/bright.png", bright);
  save (fixture, "train/a/small.png", small);
  save (fixture, "train/a/large.png", large);
  save (fixture, "train/a/upright.png", upright);
  save (fixture, "train/a/turned.png", turned);
  save (fixture, "train/a/here.png", here);
  save (fixture, "train/a/there.png", there);

  dataset = fixture_scan (fixture->directory, 0);
  assert_pair (fixture, dataset, "train/a/equal.png", "test/a/equal.png", MIEN_TWINS_EXACT);
  assert_pair (fixture, dataset, "train/a/coded.jpg", "test/a/coded.png", MIEN_TWINS_NEAR);
  assert_pair (fixture, dataset, "train/a/left.png", "train/a/right.png", MIEN_TWINS_NEAR);
  assert_pair (fixture, dataset, "train/a/dark.png", "train/b/bright.png", MIEN_TWINS_NEAR);
  assert_pair (fixture, dataset, "train/a/small.png", "train/a/large.png", MIEN_TWINS_NEAR);
  g_assert_null (find (fixture, dataset, "train/a/upright.png"));
  g_assert_null (find (fixture, dataset, "train/a/turned.png"));
  g_assert_null (find (fixture, dataset, "train/a/here.png"));
  g_assert_null (find (fixture, dataset, "train/a/there.png"));
  g_assert_cmpuint (mien_dataset_get_n_twins (dataset), ==, 5);

  g_assert_true (find (fixture, dataset, "train/b/bright.png")->conflicting);
  g_assert_false (find (fixture, dataset, "train/a/left.png")->conflicting);
  g_assert_true (find (fixture, dataset, "train/a/coded.jpg")->splits & 1u << MIEN_SPLIT_TEST);
  g_assert_false (find (fixture, dataset, "train/a/left.png")->splits & 1u << MIEN_SPLIT_TEST);
}

/* The first pictures decide, although the other group is complete before. */
static void
test_order (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = NULL;

  save_others (fixture);
  save_scene (fixture, "train/a/1.png", 1);
  save_scene (fixture, "train/a/2.png", 2);
  save_scene (fixture, "train/a/3.png", 2);
  save_scene (fixture, "train/b/4.png", 1);
  dataset = fixture_scan (fixture->directory, 0);
  g_assert_cmpuint (mien_dataset_get_n_twins (dataset), ==, 2);
  g_assert_true (mien_dataset_get_twins (dataset, 0) == find (fixture, dataset, "train/b/4.png"));
  g_assert_true (mien_dataset_get_twins (dataset, 1) == find (fixture, dataset, "train/a/2.png"));
}

/* A picture that is full of detail, at sizes that are no multiples of each other. */
static void
test_sizes (FolderFixture *fixture, gconstpointer data)
{
  static const int sides[] = { 320, 131, 96, 61, 48, 37 };
  g_autoptr (GdkPixbuf) noise = fixture_picture (12, 12, 9);
  g_autoptr (GdkPixbuf) scene = gdk_pixbuf_scale_simple (noise, 640, 640, GDK_INTERP_BILINEAR);
  g_autoptr (MienDataset) dataset = NULL;

  save_others (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (GdkPixbuf)
        scaled = gdk_pixbuf_scale_simple (scene, sides[i], sides[i], GDK_INTERP_BILINEAR);
      g_autofree char *name = g_strdup_printf ("train/a/%d.png", sides[i]);

      save (fixture, name, scaled);
    }
  dataset = fixture_scan (fixture->directory, 0);
  g_assert_cmpuint (mien_dataset_get_n_twins (dataset), ==, 1);
  g_assert_cmpuint (find (fixture, dataset, "train/a/131.png")->pictures->len, ==,
                    G_N_ELEMENTS (sides));
}

/* Twins of twins are one group; those with equal pixels in it can be told apart. */
static void
test_groups (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (GdkPixbuf) scene = make_scene (1, SIDE);
  g_autoptr (GdkPixbuf) mirrored = gdk_pixbuf_flip (scene, TRUE);
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GPtrArray) sets = NULL;
  MienTwinCounts equal, all;
  const MienTwins *twins;

  save_others (fixture);
  save (fixture, "train/a/1.png", scene);
  save (fixture, "train/b/2.png", scene);
  save (fixture, "test/a/3.png", mirrored);
  save (fixture, "test/a/4.png", mirrored);
  save (fixture, "test/a/5.png", mirrored);
  save_scene (fixture, "test/a/6.png", 2);
  save_scene (fixture, "test/b/7.png", 2);

  dataset = fixture_scan (fixture->directory, 0);
  g_assert_cmpuint (mien_dataset_get_n_twins (dataset), ==, 2);
  twins = find (fixture, dataset, "train/a/1.png");
  g_assert_cmpuint (twins->pictures->len, ==, 5);
  g_assert_cmpint (twins->kind, ==, MIEN_TWINS_NEAR);
  sets = mien_twins_list_equal (twins, dataset);
  g_assert_cmpuint (sets->len, ==, 2);
  g_assert_cmpuint (((GArray *) g_ptr_array_index (sets, 0))->len +
                      ((GArray *) g_ptr_array_index (sets, 1))->len,
                    ==, 5);

  mien_dataset_count_twins (dataset, &equal, &all);
  g_assert_cmpuint (equal.n_groups, ==, 3);
  g_assert_cmpuint (equal.n_pictures, ==, 7);
  g_assert_cmpuint (equal.n_conflicting, ==, 2);
  g_assert_cmpuint (equal.n_leaked, ==, 0);
  g_assert_cmpuint (all.n_groups, ==, 2);
  g_assert_cmpuint (all.n_pictures, ==, 7);
  g_assert_cmpuint (all.n_conflicting, ==, 2);
  g_assert_cmpuint (all.n_leaked, ==, 3);
}

/* Cards of one colour are twins of the same colour alone. */
static void
test_flat (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = NULL;

  save_others (fixture);
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (GdkPixbuf) card = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, SIDE, SIDE);
      g_autofree char *name = g_strdup_printf ("train/a/card-%02u.png", i);
      guint32 level = i < 38 ? 20 : 200;

      gdk_pixbuf_fill (card, level << 24 | level << 16 | level << 8 | 0xff);
      save (fixture, name, card);
    }

  dataset = fixture_scan (fixture->directory, 0);
  g_assert_cmpuint (mien_dataset_get_n_twins (dataset), ==, 2);
  g_assert_cmpuint (find (fixture, dataset, "train/a/card-00.png")->pictures->len, ==, 38);
  g_assert_cmpuint (find (fixture, dataset, "train/a/card-39.png")->pictures->len, ==, 2);
}

/* A split that is made here leaves near twins on one side. */
static void
test_split (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = NULL;

  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (GdkPixbuf) scene = make_scene (i, SIDE);
      g_autoptr (GdkPixbuf) mirrored = gdk_pixbuf_flip (scene, TRUE);
      g_autofree char *first = g_strdup_printf ("%c/%02u.png", "ab"[i % 2], i);
      g_autofree char *second = g_strdup_printf ("%c/%02u-mirrored.png", "ab"[i % 2], i);

      save (fixture, first, scene);
      save (fixture, second, mirrored);
    }

  dataset = fixture_scan (fixture->directory, 7);
  g_assert_cmpuint (mien_dataset_count_split (dataset, MIEN_SPLIT_TEST), >, 0);
  g_assert_cmpuint (mien_dataset_get_n_twins (dataset), ==, 40);
  for (guint t = 0; t < 40; t++)
    {
      guint splits = mien_dataset_get_twins (dataset, t)->splits;

      g_assert_cmpuint (splits & (splits - 1), ==, 0);
    }
}

/* Correlation against its definition, and the mirrored hash against the mirrored picture's. */
static void
test_likeness (void)
{
  for (guint seed = 0; seed < 20; seed++)
    {
      g_autoptr (GdkPixbuf) a = make_scene (seed, SIDE);
      g_autoptr (GdkPixbuf) b = make_scene (seed + 100, SIDE);
      g_autoptr (GdkPixbuf) mirrored = gdk_pixbuf_flip (a, TRUE);
      MienLikeness of_a, of_b, of_mirrored;
      double mean_a = 0.0, mean_b = 0.0, product = 0.0, square_a = 0.0, square_b = 0.0;
      const guint n = MIEN_LIKENESS_SIDE * MIEN_LIKENESS_SIDE;

      mien_likeness_take (a, &of_a);
      mien_likeness_take (b, &of_b);
      mien_likeness_take (mirrored, &of_mirrored);
      for (guint i = 0; i < n; i++)
        {
          mean_a += of_a.grey[i] / (double) n;
          mean_b += of_b.grey[i] / (double) n;
        }
      for (guint i = 0; i < n; i++)
        {
          product += (of_a.grey[i] - mean_a) * (of_b.grey[i] - mean_b);
          square_a += (of_a.grey[i] - mean_a) * (of_a.grey[i] - mean_a);
          square_b += (of_b.grey[i] - mean_b) * (of_b.grey[i] - mean_b);
        }

      g_assert_cmpfloat_with_epsilon (mien_likeness_correlate (&of_a, &of_b, FALSE),
                                      product / sqrt (square_a * square_b), 1e-9);
      g_assert_cmpfloat_with_epsilon (mien_likeness_correlate (&of_a, &of_mirrored, TRUE), 1.0,
                                      1e-9);
      g_assert_true (mien_likeness_mirror_hash (of_a.hash) == of_mirrored.hash);
      g_assert_false (mien_likeness_is_flat (&of_a));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  folder_fixture_test ("/twins/kinds", test_kinds);
  folder_fixture_test ("/twins/order", test_order);
  folder_fixture_test ("/twins/sizes", test_sizes);
  folder_fixture_test ("/twins/groups", test_groups);
  folder_fixture_test ("/twins/flat", test_flat);
  folder_fixture_test ("/twins/split", test_split);
  g_test_add_func ("/twins/likeness", test_likeness);

  return g_test_run ();
}
