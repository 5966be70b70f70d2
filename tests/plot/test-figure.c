/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>

#include "plot/mien-line-layer.h"
#include "plot/mien-matrix-figure.h"
#include "plot/mien-plot.h"

static const char *const classes[] = { "anger", "joy & <fun>" };
static const guint counts[] = { 6, 2, 0, 0 }; /* rows actual */

static void
assert_shares (MienMatrixMode mode, const double expected[4])
{
  g_autofree double *shares = mien_matrix_list_shares (counts, 2, mode);

  for (guint i = 0; i < 4; i++)
    if (isnan (expected[i]))
      g_assert_true (isnan (shares[i]));
    else
      g_assert_cmpfloat_with_epsilon (shares[i], expected[i], 1e-12);
}

/* 8 pictures of anger, of which 6 were recognised, and none of joy. */
static void
test_shares (void)
{
  assert_shares (MIEN_MATRIX_COUNTS, (const double[]){ 1.0, 1.0 / 3.0, 0.0, 0.0 });
  assert_shares (MIEN_MATRIX_ROWS, (const double[]){ 0.75, 0.25, NAN, NAN });
  assert_shares (MIEN_MATRIX_COLUMNS, (const double[]){ 1.0, 1.0, 0.0, 0.0 });
}

static void
test_cells (void)
{
  g_autofree char *count = mien_matrix_format_cell (6, 1.0, MIEN_MATRIX_COUNTS);
  g_autofree char *share = mien_matrix_format_cell (6, 0.75, MIEN_MATRIX_ROWS);
  g_autofree char *none = mien_matrix_format_cell (0, NAN, MIEN_MATRIX_ROWS);

  g_assert_cmpstr (count, ==, "6");
  g_assert_cmpstr (share, ==, "75.0 %");
  g_assert_cmpstr (none, ==, "–");
}

static MienFigure *
make_plot (void)
{
  g_autoptr (MienSeries) series = mien_series_new ("training");
  g_autoptr (MienLineLayer)
    layer = mien_line_layer_new (series, MIEN_COLOR_FIRST_LINE, MIEN_LINE_SOLID_ROUND);
  MienPlot *plot = mien_plot_new ("Loss", "Epoch");

  mien_plot_add_layer (plot, MIEN_CHART_LAYER (layer));
  mien_series_append (series, 1, 1.0);
  mien_series_append (series, 2, 0.5);
  return MIEN_FIGURE (plot);
}

static MienFigure *
make_matrix (void)
{
  return MIEN_FIGURE (mien_matrix_figure_new (classes, 2, counts, MIEN_MATRIX_COUNTS));
}

static char *
save (MienFigure *figure, const char *ending)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("figure-%u%s", g_test_rand_int (), ending);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL);

  mien_figure_save (figure, path, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&path);
}

/* The fraction of the picture's pixels that have the colour. */
static double
count_color (GdkPixbuf *picture, int red, int green, int blue)
{
  const int width = gdk_pixbuf_get_width (picture), height = gdk_pixbuf_get_height (picture);
  guint n = 0;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        const guchar *p = gdk_pixbuf_get_pixels (picture) +
                          (gsize) y * gdk_pixbuf_get_rowstride (picture) +
                          (gsize) x * gdk_pixbuf_get_n_channels (picture);

        n += ABS (p[0] - red) <= 1 && ABS (p[1] - green) <= 1 && ABS (p[2] - blue) <= 1;
      }
  return (double) n / ((double) width * height);
}

/* Two pixels a unit, with a margin of 12 units; the cell of the largest count has nine tenths of
 * blue 4 (#1c71d8) and one of white, and takes a cell's part of the picture less the digit. */
static void
test_png (void)
{
  g_autoptr (MienFigure) figure = make_matrix ();
  g_autofree char *path = save (figure, ".PNG");
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new_from_file (path, NULL);
  double width, height, cell;

  g_assert_nonnull (picture);
  mien_figure_get_size (figure, &width, &height);
  g_assert_cmpint (gdk_pixbuf_get_width (picture), ==, (int) ceil (2.0 * (width + 24.0)));
  g_assert_cmpint (gdk_pixbuf_get_height (picture), ==, (int) ceil (2.0 * (height + 24.0)));
  cell = 61.0 * 37.0 / ((width + 24.0) * (height + 24.0));
  g_assert_cmpfloat (count_color (picture, 51, 127, 220), >, 0.9 * cell);
  g_assert_cmpfloat (count_color (picture, 51, 127, 220), <, cell);
  g_assert_cmpfloat (count_color (picture, 255, 255, 255), >, 0.5);
  g_remove (path);
}

/* Classes that are never confused, under names of one length. */
static MienFigure *
make_dense (guint n)
{
  g_autofree guint *diagonal = g_new0 (guint, (gsize) n * n);
  g_auto (GStrv) names = g_new0 (char *, n + 1);

  for (guint c = 0; c < n; c++)
    {
      diagonal[c * n + c] = 100;
      names[c] = g_strdup ("eleven char");
    }
  return MIEN_FIGURE (
    mien_matrix_figure_new ((const char *const *) names, n, diagonal, MIEN_MATRIX_ROWS));
}

/* With more than twelve classes a cell is 17 units high and three digits wide, a unit apart from
 * the next, and thirty fit on a page with letters of half the size. */
static void
test_dense (void)
{
  g_autoptr (MienFigure) thirteen = make_dense (13);
  g_autoptr (MienFigure) thirty = make_dense (30);
  g_autofree char *path = save (thirteen, ".png");
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new_from_file (path, NULL);
  double width[2], height[2], column, cells;

  mien_figure_get_size (thirteen, &width[0], &height[0]);
  mien_figure_get_size (thirty, &width[1], &height[1]);
  g_assert_cmpfloat_with_epsilon (height[1] - height[0], 17 * 17, 1e-9);
  g_assert_cmpfloat (width[1], <, 1000);
  column = (width[1] - width[0]) / 17;
  g_assert_cmpfloat (column, >, 3 * 5);
  cells = 13 * (column - 1) * 16 / ((width[0] + 24) * (height[0] + 24));
  g_assert_cmpfloat (count_color (picture, 51, 127, 220), >, 0.4 * cells);
  g_assert_cmpfloat (count_color (picture, 51, 127, 220), <, cells);
  g_remove (path);
}

static void
assert_vectors (MienFigure *figure)
{
  g_autofree char *svg_path = save (figure, ".svg");
  g_autofree char *pdf_path = save (figure, ".pdf");
  g_autofree char *svg = NULL;
  g_autofree char *pdf = NULL;
  g_autoptr (GMarkupParseContext)
    context = g_markup_parse_context_new (&(const GMarkupParser){ 0 }, 0, NULL, NULL);
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (svg_path, &svg, &length, NULL));
  g_assert_true (g_markup_parse_context_parse (context, svg, (gssize) length, &error));
  g_assert_true (g_markup_parse_context_end_parse (context, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (svg, "<svg "));
  g_assert_null (strstr (svg, "<image"));

  g_assert_true (g_file_get_contents (pdf_path, &pdf, &length, NULL));
  g_assert_true (g_str_has_prefix (pdf, "%PDF-"));
  g_assert_nonnull (g_strstr_len (pdf + length - 16, 16, "%%EOF"));

  g_remove (svg_path);
  g_remove (pdf_path);
}

/* Lines and letters, no pictures of them. */
static void
test_vectors (void)
{
  g_autoptr (MienFigure) plot = make_plot ();
  g_autoptr (MienFigure) matrix = make_matrix ();

  assert_vectors (plot);
  assert_vectors (matrix);
}

static void
test_refused (void)
{
  g_autoptr (MienFigure) figure = make_matrix ();
  g_autoptr (GError) error = NULL;

  g_assert_false (mien_figure_can_save ("matrix.jpg"));
  g_assert_false (mien_figure_save (figure, "matrix.jpg", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "matrix.jpg"));
  g_assert_false (g_file_test ("matrix.jpg", G_FILE_TEST_EXISTS));

  g_clear_error (&error);
  g_assert_false (mien_figure_save (figure, "/nonexistent/matrix.png", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figure/shares", test_shares);
  g_test_add_func ("/figure/cells", test_cells);
  g_test_add_func ("/figure/png", test_png);
  g_test_add_func ("/figure/dense", test_dense);
  g_test_add_func ("/figure/vectors", test_vectors);
  g_test_add_func ("/figure/refused", test_refused);
  return g_test_run ();
}
