/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"
#include "app/dataset/mien-picture-list.h"
#include "app/widgets/mien-picture-item.h"

typedef struct
{
  char *folder;
  MienDataset *dataset;
  MienPictureList *list;
  guint removed, added;
} Fixture;

static void
items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  g_assert_cmpuint (position, ==, 0);
  fixture->removed = removed;
  fixture->added = added;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = app_fixture_make_folder ();
  app_fixture_write_dataset (fixture->folder);
  fixture->dataset = app_fixture_scan (fixture->folder);
  fixture->list = mien_picture_list_new ();
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->list);
  mien_dataset_unref (fixture->dataset);
  app_fixture_remove (fixture->folder);
  g_free (fixture->folder);
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
}

static void
test_all (Fixture *fixture, gconstpointer data)
{
  const guint n = 2 * (APP_FIXTURE_TRAIN + APP_FIXTURE_TEST);

  g_assert_cmpuint (count (fixture), ==, 0);
  mien_picture_list_set_dataset (fixture->list, fixture->dataset);
  g_assert_cmpuint (count (fixture), ==, n);
  g_assert_cmpuint (fixture->removed, ==, 0);
  g_assert_cmpuint (fixture->added, ==, n);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->list), n));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MienPictureItem) item = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

      g_assert_cmpuint (mien_picture_item_get_index (item), ==, i);
      g_assert_cmpstr (mien_picture_item_get_path (item), ==,
                       mien_dataset_get_picture (fixture->dataset, i)->path);
    }

  mien_picture_list_set_dataset (fixture->list, NULL);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_cmpuint (fixture->removed, ==, n);
}

static void
test_filters (Fixture *fixture, gconstpointer data)
{
  const int all = MIEN_PICTURE_LIST_ALL;

  mien_picture_list_set_dataset (fixture->list, fixture->dataset);
  mien_picture_list_set_filter (fixture->list, 1, all, "");
  g_assert_cmpuint (count (fixture), ==, APP_FIXTURE_TRAIN + APP_FIXTURE_TEST);
  mien_picture_list_set_filter (fixture->list, all, MIEN_SPLIT_TEST, "");
  g_assert_cmpuint (count (fixture), ==, 2 * APP_FIXTURE_TEST);
  mien_picture_list_set_filter (fixture->list, 0, MIEN_SPLIT_TEST, "");
  g_assert_cmpuint (count (fixture), ==, APP_FIXTURE_TEST);
  /* The search is in the file's name, in any case: "dark-test-1.png". */
  mien_picture_list_set_filter (fixture->list, all, all, "K-TEST-1");
  g_assert_cmpuint (count (fixture), ==, 1);
  mien_picture_list_set_filter (fixture->list, 1, all, "K-TEST-1");
  g_assert_cmpuint (count (fixture), ==, 0);
}

static void
test_title (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienPictureItem) item = NULL;

  mien_picture_list_set_dataset (fixture->list, fixture->dataset);
  mien_picture_list_set_filter (fixture->list, 1, MIEN_SPLIT_TEST, "-0");
  item = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_assert_cmpstr (mien_picture_item_get_title (item), ==,
                   "light-test-0.png · light, Test · 40 × 40");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/picture-list/all", Fixture, NULL, set_up, test_all, tear_down);
  g_test_add ("/picture-list/filters", Fixture, NULL, set_up, test_filters, tear_down);
  g_test_add ("/picture-list/title", Fixture, NULL, set_up, test_title, tear_down);
  return g_test_run ();
}
