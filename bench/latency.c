/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person waits for after dropping one picture on the Prediction view, as the program itself
 * measures it for the tooltip of the bars: milliseconds until they are on the screen, for each
 * picture alone, one after the other. Needs a display:
 *
 *   meson compile -C _build bench-latency data/gschemas.compiled
 *   GSETTINGS_SCHEMA_DIR=_build/data GSK_RENDERER=cairo xvfb-run -a _build/bench/bench-latency
 * MODEL PICTURE…
 */

#include <adwaita.h>
#include <stdlib.h>

#include "app/prediction/mien-prediction-item.h"
#include "app/prediction/mien-prediction-page.h"

static void
wait_while_busy (MienWorkspace *workspace)
{
  while (mien_workspace_get_job (workspace) != MIEN_JOB_NONE)
    g_main_context_iteration (NULL, TRUE);
}

/* Milliseconds. */
static double
drop (MienPredictionPage *page, MienWorkspace *workspace, const char *path)
{
  GListModel *predictions = mien_workspace_get_predictions (workspace);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (MienPredictionItem) item = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  mien_workspace_clear_predictions (workspace);
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_array (&file, 1));
  mien_prediction_page_drop (page, &value);
  wait_while_busy (workspace);
  item = g_list_model_get_item (predictions, 0);
  while (mien_prediction_item_get_latency (item) == 0)
    g_main_context_iteration (NULL, TRUE);
  return 1000 * mien_prediction_item_get_latency (item);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
measure (MienPredictionPage *page, MienWorkspace *workspace, char **paths)
{
  const double first = drop (page, workspace, paths[0]);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; paths[i] != NULL; i++)
    {
      const double time = drop (page, workspace, paths[i]);

      g_array_append_val (times, time);
    }
  g_array_sort (times, compare);
  g_print (
    "from the drop to the bars: first %.1f ms, then median %.1f ms, longest %.1f ms, of %u\n",
    first, g_array_index (times, double, times->len / 2),
    g_array_index (times, double, times->len - 1), times->len);
}

int
main (int argc, char **argv)
{
  MienWorkspace *workspace;
  MienPredictionPage *page;
  GtkWidget *window;

  if (argc < 3)
    {
      g_printerr ("Usage: %s MODEL PICTURE…\n", argv[0]);
      return EXIT_FAILURE;
    }

  adw_init ();
  workspace = mien_workspace_new ();
  page = g_object_new (MIEN_TYPE_PREDICTION_PAGE, "workspace", workspace, NULL);
  window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_present (GTK_WINDOW (window));
  mien_workspace_open_model (workspace, argv[1]);
  wait_while_busy (workspace);
  measure (page, workspace, argv + 2);

  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (workspace);
  return EXIT_SUCCESS;
}
