/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>

#include "train-fixture.h"
#include "train/mien-feature-cache.h"
#include "train/mien-neighbours.h"

/* Pictures of one colour and the model that hands on the mean of each: what a picture is to it can
 * be told by hand. */
typedef struct
{
  char *folder;
  MienModel *model;
  MienDataset *dataset;
} Fixture;

static const struct
{
  const char *name; /* split, class and file */
  guint8 colour[3];
} pictures[] = {
  { "test/red/asked.png", { 200, 40, 0 } },      { "train/blue/far.png", { 0, 0, 220 } },
  { "train/green/middle.png", { 120, 120, 0 } }, { "train/red/near.png", { 250, 60, 0 } },
  { "train/red/same-hue.png", { 100, 20, 0 } },
};

enum
{
  ASKED,
  FAR,
  MIDDLE,
  NEAR,
  SAME_HUE
};

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *cache = NULL;

  self->folder = train_fixture_make_folder ();
  cache = g_build_filename (self->folder, "cache", NULL);
  g_setenv ("MIEN_FEATURE_CACHE", cache, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, "set", pictures[i].name, NULL);

      train_fixture_write_picture (path, pictures[i].colour[0], pictures[i].colour[1],
                                   pictures[i].colour[2], 0);
    }
  {
    g_autofree char *set = g_build_filename (self->folder, "set", NULL);

    self->dataset = train_fixture_scan (set);
  }
  self->model = train_fixture_colour_model (1);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mien_model_unref (self->model);
  mien_dataset_unref (self->dataset);
  train_fixture_remove_folder (self->folder);
}

static double
get_cosine (guint a, guint b)
{
  double product = 0, left = 0, right = 0;

  for (guint c = 0; c < 3; c++)
    {
      product += pictures[a].colour[c] * pictures[b].colour[c];
      left += pictures[a].colour[c] * pictures[a].colour[c];
      right += pictures[b].colour[c] * pictures[b].colour[c];
    }
  return product / sqrt (left * right);
}

static MienNeighbours *
look (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  MienNeighbours *neighbours = mien_neighbours_new (self->model, self->dataset, NULL, NULL, NULL,
                                                    &error);

  g_assert_no_error (error);
  return neighbours;
}

static GArray *
find (MienNeighbours *neighbours, guint picture, guint n)
{
  g_autoptr (GError) error = NULL;
  GArray *found = mien_neighbours_find (neighbours, picture, n, &error);

  g_assert_no_error (error);
  return found;
}

static void
assert_neighbour (GArray *found, guint place, guint asked, guint expected)
{
  const MienNeighbour *neighbour = &g_array_index (found, MienNeighbour, place);

  g_assert_cmpuint (neighbour->picture, ==, expected);
  g_assert_cmpfloat_with_epsilon (neighbour->similarity, get_cosine (asked, expected), 2e-3);
}

/* Test pictures are asked for and never found. Features that are computed and features that the
 * cache kept give the same. */
static void
test_order (Fixture *self, gconstpointer data)
{
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (MienNeighbours) neighbours = look (self);
      g_autoptr (GArray) all = find (neighbours, ASKED, 9);
      g_autoptr (GArray) two = find (neighbours, ASKED, 2);

      g_assert_cmpuint (mien_feature_cache_measure (), >, 0);
      g_assert_cmpuint (all->len, ==, 4);
      assert_neighbour (all, 0, ASKED, SAME_HUE);
      assert_neighbour (all, 1, ASKED, NEAR);
      assert_neighbour (all, 2, ASKED, MIDDLE);
      assert_neighbour (all, 3, ASKED, FAR);
      g_assert_cmpuint (two->len, ==, 2);
      assert_neighbour (two, 0, ASKED, SAME_HUE);
      assert_neighbour (two, 1, ASKED, NEAR);
    }
}

/* A training picture is not its own neighbour. */
static void
test_itself (Fixture *self, gconstpointer data)
{
  g_autoptr (MienNeighbours) neighbours = look (self);
  g_autoptr (GArray) found = find (neighbours, NEAR, 9);

  g_assert_cmpuint (found->len, ==, 3);
  assert_neighbour (found, 0, NEAR, SAME_HUE);
  assert_neighbour (found, 1, NEAR, MIDDLE);
  assert_neighbour (found, 2, NEAR, FAR);
}

/* A picture that is gone is an error when it is asked for, and left out otherwise. */
static void
test_gone (Fixture *self, gconstpointer data)
{
  const char *asked = mien_dataset_get_picture (self->dataset, ASKED)->path;
  const char *near = mien_dataset_get_picture (self->dataset, NEAR)->path;
  g_autoptr (MienNeighbours) neighbours = NULL;
  g_autoptr (GArray) found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_unlink (near), ==, 0);
  neighbours = look (self);
  found = find (neighbours, ASKED, 9);
  g_assert_cmpuint (found->len, ==, 3);
  assert_neighbour (found, 1, ASKED, MIDDLE);

  g_assert_cmpint (g_unlink (asked), ==, 0);
  g_assert_null (mien_neighbours_find (neighbours, ASKED, 1, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (g_strstr_len (error->message, -1, "asked.png"));
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (mien_neighbours_new (self->model, self->dataset, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/neighbours/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("order", test_order);
  ADD ("itself", test_itself);
  ADD ("gone", test_gone);
  ADD ("cancelled", test_cancelled);
  return g_test_run ();
}
