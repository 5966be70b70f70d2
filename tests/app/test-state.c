/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"
#include "app/mien-state.h"

static void
assert_window (MienState *state, int width, int height, gboolean maximized)
{
  int found_width, found_height;
  gboolean found_maximized;

  mien_state_get_window (state, &found_width, &found_height, &found_maximized);
  g_assert_cmpint (found_width, ==, width);
  g_assert_cmpint (found_height, ==, height);
  g_assert_cmpint (found_maximized, ==, maximized);
}

static void
assert_defaults (MienState *state)
{
  g_autofree char *view = mien_state_dup_view (state);
  g_autofree char *folder = mien_state_dup_folder (state, MIEN_FOLDER_MODELS);

  assert_window (state, 1100, 760, FALSE);
  g_assert_cmpstr (view, ==, "dataset");
  g_assert_cmpstr (folder, ==, "");
}

static void
test_round_trip (void)
{
  g_autoptr (MienState) state = mien_state_new ();
  g_autoptr (MienState) next = NULL;
  g_autofree char *view = NULL;
  g_autofree char *dataset = NULL;
  g_autofree char *pictures = NULL;

  assert_defaults (state);
  mien_state_set_window (state, 640, 480, TRUE);
  mien_state_set_view (state, "training");
  mien_state_set_folder (state, MIEN_FOLDER_DATASET, "file:///a%20b");
  mien_state_set_folder (state, MIEN_FOLDER_PICTURES, "file:///c");

  next = mien_state_new ();
  assert_window (next, 640, 480, TRUE);
  view = mien_state_dup_view (next);
  dataset = mien_state_dup_folder (next, MIEN_FOLDER_DATASET);
  pictures = mien_state_dup_folder (next, MIEN_FOLDER_PICTURES);
  g_assert_cmpstr (view, ==, "training");
  g_assert_cmpstr (dataset, ==, "file:///a%20b");
  g_assert_cmpstr (pictures, ==, "file:///c");
}

/* Where no schema is installed, nothing is remembered and nothing ends the program. */
static void
test_without_schema (void)
{
  if (g_test_subprocess ())
    {
      g_autofree char *empty = app_fixture_make_folder ();
      g_autoptr (MienState) state = NULL;

      g_setenv ("GSETTINGS_SCHEMA_DIR", empty, TRUE);
      g_setenv ("XDG_DATA_DIRS", empty, TRUE);
      g_setenv ("XDG_DATA_HOME", empty, TRUE);
      state = mien_state_new ();
      mien_state_set_window (state, 640, 480, TRUE);
      mien_state_set_view (state, "training");
      assert_defaults (state);
      app_fixture_remove (empty);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state/without-schema", test_without_schema);
  g_test_add_func ("/state/round-trip", test_round_trip);
  return g_test_run ();
}
