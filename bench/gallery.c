/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the gallery of the Evaluation view takes for all test pictures of a data set: milliseconds
 * from a click on a cell until its pictures are on the screen, milliseconds a frame while all of
 * them are scrolled through, and memory. Needs a display:
 *
 *   meson compile -C _build bench-gallery data/gschemas.compiled
 *   GSETTINGS_SCHEMA_DIR=_build/data GSK_RENDERER=cairo xvfb-run -a _build/bench/bench-gallery
 * MODEL FOLDER
 */

#include <adwaita.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/evaluation/mien-evaluation-page.h"
#include "app/evaluation/mien-matrix-view.h"
#include "app/widgets/mien-picture-grid.h"
#include "app/widgets/mien-thumbnail.h"

typedef struct
{
  GtkWidget *window;
  MienWorkspace *workspace;
  MienEvaluationPage *page;
  MienPictureGrid *grid;
  GtkAdjustment *adjustment;
  guint n_frames;
} Bench;

static gpointer
get_child (gpointer widget, const char *id)
{
  return gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), id);
}

/* Of the memory that the process has now. */
static double
get_mebibytes (void)
{
  g_autofree char *text = NULL;
  guint64 pages;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  pages = g_ascii_strtoull (strchr (text, ' '), NULL, 10);
  return (double) pages * sysconf (_SC_PAGESIZE) / (1 << 20);
}

static double
since (gint64 start)
{
  return (g_get_monotonic_time () - start) / 1000.0;
}

static void
painted (Bench *bench)
{
  bench->n_frames++;
}

static void
wait_for_frame (Bench *bench)
{
  const guint before = bench->n_frames;

  gtk_widget_queue_draw (bench->window);
  while (bench->n_frames == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_while_busy (Bench *bench)
{
  while (mien_workspace_get_job (bench->workspace) != MIEN_JOB_NONE)
    g_main_context_iteration (NULL, TRUE);
}

/* Thumbnails that are to be seen and are not decoded yet. */
static guint
count_pending (GtkWidget *widget, GtkWidget *window)
{
  guint n = 0;

  if (!gtk_widget_get_mapped (widget))
    return 0;

  if (MIEN_IS_THUMBNAIL (widget))
    {
      graphene_rect_t bounds;
      const gboolean seen = gtk_widget_compute_bounds (widget, window, &bounds) &&
                            bounds.origin.y < gtk_widget_get_height (window) &&
                            bounds.origin.y + bounds.size.height > 0;

      return seen && mien_thumbnail_get_item (MIEN_THUMBNAIL (widget)) != NULL &&
             mien_thumbnail_get_texture (MIEN_THUMBNAIL (widget)) == NULL;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_pending (child, window);
  return n;
}

static void
wait_for_pictures (Bench *bench)
{
  do
    wait_for_frame (bench);
  while (count_pending (GTK_WIDGET (bench->grid), bench->window) > 0);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
tell (const char *what, GArray *times)
{
  g_array_sort (times, compare);
  g_print ("%s: median %.1f ms, 99 of 100 within %.1f ms, longest %.1f ms, of %u\n", what,
           g_array_index (times, double, times->len / 2),
           g_array_index (times, double, times->len * 99 / 100),
           g_array_index (times, double, times->len - 1), times->len);
}

static void
click_cells (Bench *bench, const char *what)
{
  MienMatrixView *matrix = get_child (get_child (bench->page, "matrix_pane"), "matrix");
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  guint n;

  mien_evaluation_get_classes (mien_workspace_get_evaluation (bench->workspace), &n);
  for (guint actual = 0; actual < n; actual++)
    for (guint predicted = 0; predicted < n; predicted++)
      {
        const gint64 start = g_get_monotonic_time ();
        double time;

        g_signal_emit_by_name (mien_matrix_view_get_cell (matrix, actual, predicted), "clicked");
        wait_for_pictures (bench);
        time = since (start);
        g_array_append_val (times, time);
      }
  mien_matrix_view_unselect (matrix);
  tell (what, times);
}

/* From the first picture to the last, a third of what is seen a frame. */
static void
scroll (Bench *bench, const char *what, double *most)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  const double end = gtk_adjustment_get_upper (bench->adjustment) -
                     gtk_adjustment_get_page_size (bench->adjustment);
  const double step = MAX (gtk_adjustment_get_page_size (bench->adjustment) / 3, 1);

  for (double to = 0; to < end; to += step)
    {
      const gint64 start = g_get_monotonic_time ();
      double time;

      gtk_adjustment_set_value (bench->adjustment, to);
      wait_for_frame (bench);
      time = since (start);
      g_array_append_val (times, time);
      *most = MAX (*most, get_mebibytes ());
    }
  gtk_adjustment_set_value (bench->adjustment, end);
  wait_for_pictures (bench);
  tell (what, times);
}

static void
measure (Bench *bench, const char *model, const char *folder)
{
  GtkToggleButton *all = get_child (get_child (bench->page, "gallery"), "any_button");
  double idle, evaluated, most;

  wait_for_frame (bench);
  idle = get_mebibytes ();
  mien_workspace_open_model (bench->workspace, model);
  wait_while_busy (bench);
  mien_workspace_open_folder (bench->workspace, folder);
  wait_while_busy (bench);
  mien_workspace_evaluate (bench->workspace, MIEN_SPLIT_TEST);
  wait_while_busy (bench);
  wait_for_pictures (bench);
  evaluated = get_mebibytes ();

  click_cells (bench, "click on a cell, pictures not seen before");
  click_cells (bench, "click on a cell, again");
  gtk_toggle_button_set_active (all, TRUE);
  wait_for_pictures (bench);
  most = get_mebibytes ();
  scroll (bench, "a frame while scrolling", &most);
  g_print ("%u pictures: %.0f MiB when idle, %.0f MiB more when evaluated, %.0f MiB more at most\n",
           g_list_model_get_n_items (mien_picture_grid_get_model (bench->grid)), idle,
           evaluated - idle, most - idle);
}

int
main (int argc, char **argv)
{
  Bench bench = { 0 };

  if (argc != 3)
    {
      g_printerr ("Usage: %s MODEL FOLDER\n", argv[0]);
      return EXIT_FAILURE;
    }

  adw_init ();
  bench.workspace = mien_workspace_new ();
  bench.page = g_object_new (MIEN_TYPE_EVALUATION_PAGE, "workspace", bench.workspace, NULL);
  bench.grid = get_child (get_child (bench.page, "gallery"), "grid");
  bench.adjustment = gtk_scrolled_window_get_vadjustment (get_child (bench.grid, "scrolled"));
  bench.window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (bench.window), GTK_WIDGET (bench.page));
  gtk_window_set_default_size (GTK_WINDOW (bench.window), 1280, 800);
  gtk_window_present (GTK_WINDOW (bench.window));
  g_signal_connect_swapped (gtk_widget_get_frame_clock (bench.window), "after-paint",
                            G_CALLBACK (painted), &bench);
  measure (&bench, argv[1], argv[2]);

  gtk_window_destroy (GTK_WINDOW (bench.window));
  g_object_unref (bench.workspace);
  return EXIT_SUCCESS;
}
