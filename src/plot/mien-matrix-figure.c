/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-matrix-figure.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <pango/pangocairo.h>

#include "plot/mien-format-number.h"

#define GAP 3.0
#define TITLE_ALPHA 0.75
#define MAX_NAME_WIDTH 110.0
/* In files. */
#define CELL_WIDTH 64.0
#define CELL_HEIGHT 40.0

/* More classes are drawn densely, so that a page holds them and can be read: names of columns
 * upright, whole per cent, and nothing in a cell without pictures. */
#define MAX_WIDE 12
#define DENSE_GAP 1.0
#define DENSE_MARGIN 3.0
#define DENSE_HEIGHT 17.0
#define EMPTY_ALPHA 0.05

struct _MienMatrixFigure
{
  GObject parent_instance;

  char **classes; /* owned */
  guint n_classes;
  guint *counts;  /* owned; (n_classes, n_classes), rows actual */
  double *shares; /* owned; as the counts */
  MienMatrixMode mode;
};

static void figure_init (MienFigureInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MienMatrixFigure,
                               mien_matrix_figure,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MIEN_TYPE_FIGURE, figure_init))

/* What each row, or each column, or the largest cell holds. */
static guint64 *
list_wholes (const guint *counts, guint n_classes, MienMatrixMode mode)
{
  guint64 *wholes = g_new0 (guint64, n_classes);
  guint largest = 0;

  for (guint actual = 0; actual < n_classes; actual++)
    for (guint predicted = 0; predicted < n_classes; predicted++)
      {
        const guint count = counts[(gsize) actual * n_classes + predicted];

        wholes[mode == MIEN_MATRIX_ROWS ? actual : predicted] += count;
        largest = MAX (largest, count);
      }
  for (guint c = 0; c < n_classes && mode == MIEN_MATRIX_COUNTS; c++)
    wholes[c] = largest;

  return wholes;
}

/**
 * mien_matrix_list_shares:
 * @counts: (n_classes, n_classes) pictures, rows actual, columns predicted
 * @n_classes: how many classes there are
 * @mode: what the counts are shares of: of the largest one, of their rows or of their columns
 *
 * Returns: (transfer full): (n_classes, n_classes) shares, 0 to 1; NaN: the row or column is empty
 */
double *
mien_matrix_list_shares (const guint *counts, guint n_classes, MienMatrixMode mode)
{
  g_autofree guint64 *wholes = list_wholes (counts, n_classes, mode);
  double *shares = g_new (double, (gsize) n_classes *n_classes);

  for (gsize i = 0; i < (gsize) n_classes * n_classes; i++)
    {
      const guint64 whole = wholes[mode == MIEN_MATRIX_ROWS ? i / n_classes : i % n_classes];

      shares[i] = whole > 0 ? (double) counts[i] / whole : NAN;
    }

  return shares;
}

/**
 * mien_matrix_format_cell:
 * @count: pictures of the cell
 * @share: as mien_matrix_list_shares() has it
 * @mode: what stands in the cells
 *
 * Returns: (transfer full): what stands in the cell: "118", "12.3 %", or an en dash where the row
 * or column is empty
 */
char *
mien_matrix_format_cell (guint count, double share, MienMatrixMode mode)
{
  return mode == MIEN_MATRIX_COUNTS ? mien_format_count (count) : mien_format_percent (share, 1);
}

static PangoLayout *
create_layout (const MienPlotStyle *style, const char *text, double scale, PangoWeight weight)
{
  PangoLayout *layout = pango_layout_new (style->pango);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_layout_set_text (layout, text, -1);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_weight_new (weight));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);

  return layout;
}

static gboolean
is_dense (MienMatrixFigure *self)
{
  return self->n_classes > MAX_WIDE;
}

static double
get_gap (MienMatrixFigure *self)
{
  return is_dense (self) ? DENSE_GAP : GAP;
}

/* Puts a line into a box: at its start, centre or end, and in the middle of its height. */
static void
show_in_box (cairo_t *cr, PangoLayout *layout, const cairo_rectangle_t *box, double align)
{
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (width > box->width)
    {
      pango_layout_set_width (layout, (int) box->width * PANGO_SCALE);
      width = (int) box->width;
    }
  cairo_move_to (cr, round (box->x + align * (box->width - width)),
                 round (box->y + (box->height - height) / 2.0));
  pango_cairo_show_layout (cr, layout);
}

static void
set_source (cairo_t *cr, const MienRgba *rgba, double alpha)
{
  cairo_set_source_rgba (cr, rgba->red, rgba->green, rgba->blue, rgba->alpha * alpha);
}

static char *
format_cell (MienMatrixFigure *self, guint count, double share)
{
  if (is_dense (self) && self->mode != MIEN_MATRIX_COUNTS)
    return mien_format_number (100.0 * share, 1.0);
  return mien_matrix_format_cell (count, share, self->mode);
}

static void
draw_cell (MienMatrixFigure *self,
           cairo_t *cr,
           const MienPlotStyle *style,
           const cairo_rectangle_t *box,
           gsize cell)
{
  const gboolean right = cell / self->n_classes == cell % self->n_classes;
  const double share = self->shares[cell];
  g_autofree char *text = format_cell (self, self->counts[cell], share);
  g_autoptr (PangoLayout) layout = NULL;
  MienRgba shade, ink;

  if (is_dense (self) && self->counts[cell] == 0)
    return;

  layout = create_layout (style, text, is_dense (self) ? PANGO_SCALE_SMALL : 1.0,
                          right ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  mien_color_shade (&style->colors[right ? MIEN_COLOR_RIGHT : MIEN_COLOR_MISTAKE], share,
                    &style->colors[MIEN_COLOR_SURFACE], &shade);
  mien_color_text_on (&shade, &ink);
  set_source (cr, &shade, 1.0);
  cairo_rectangle (cr, box->x, box->y, box->width, box->height);
  cairo_fill (cr);
  set_source (cr, &ink, 1.0);
  show_in_box (cr, layout, box, 0.5);
}

/* Where the cells begin: beside the longest name and below the names of the columns. */
static void
measure_names (MienMatrixFigure *self, const MienPlotStyle *style, double *width, double *height)
{
  g_autoptr (PangoLayout)
    title = create_layout (style, _ ("Actual"), PANGO_SCALE_SMALL, PANGO_WEIGHT_BOLD);
  double longest = 0.0;
  int title_width, line;

  pango_layout_get_pixel_size (title, &title_width, &line);
  for (guint c = 0; c < self->n_classes; c++)
    {
      g_autoptr (PangoLayout)
        name = create_layout (style, self->classes[c], PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
      int w;

      pango_layout_get_pixel_size (name, &w, NULL);
      longest = MAX (longest, w);
    }
  longest = MIN (longest, MAX_NAME_WIDTH);
  *width = MAX (longest, title_width) + 2.0 * GAP;
  *height = line + GAP + (is_dense (self) ? MAX (longest, line) : line) + GAP;
}

/* The widest text that stands in a cell. */
static double
measure_cell (MienMatrixFigure *self, const MienPlotStyle *style)
{
  g_autoptr (PangoLayout) layout = NULL;
  g_autofree char *text = NULL;
  guint most = 0;
  int width;

  for (gsize i = 0; i < (gsize) self->n_classes * self->n_classes; i++)
    most = MAX (most, self->counts[i]);
  text = format_cell (self, most, 1.0);
  layout = create_layout (style, text, PANGO_SCALE_SMALL, PANGO_WEIGHT_BOLD);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* A column's name from the bottom of its box to the top. */
static void
show_upright (cairo_t *cr, PangoLayout *layout, const cairo_rectangle_t *box)
{
  cairo_save (cr);
  cairo_translate (cr, box->x, box->y + box->height);
  cairo_rotate (cr, -G_PI_2);
  show_in_box (cr, layout, &(cairo_rectangle_t){ 0.0, 0.0, box->height, box->width }, 0.0);
  cairo_restore (cr);
}

static void
draw_names (MienMatrixFigure *self,
            cairo_t *cr,
            const MienPlotStyle *style,
            const cairo_rectangle_t *cells)
{
  const double gap = get_gap (self);
  const double column = cells->width / self->n_classes, row = cells->height / self->n_classes;
  g_autoptr (PangoLayout)
    predicted = create_layout (style, _ ("Predicted"), PANGO_SCALE_SMALL, PANGO_WEIGHT_BOLD);
  g_autoptr (PangoLayout)
    actual = create_layout (style, _ ("Actual"), PANGO_SCALE_SMALL, PANGO_WEIGHT_BOLD);
  double line, names;
  int height;

  pango_layout_get_pixel_size (actual, NULL, &height);
  line = height + GAP;
  names = cells->y - line;
  set_source (cr, &style->text, TITLE_ALPHA);
  show_in_box (cr, predicted, &(cairo_rectangle_t){ cells->x, 0.0, cells->width, line }, 0.5);
  show_in_box (cr, actual, &(cairo_rectangle_t){ 0.0, cells->y - line, cells->x - 2.0 * GAP, line },
               1.0);

  set_source (cr, &style->text, 1.0);
  for (guint c = 0; c < self->n_classes; c++)
    {
      g_autoptr (PangoLayout)
        above = create_layout (style, self->classes[c], PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
      g_autoptr (PangoLayout)
        beside = create_layout (style, self->classes[c], PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
      const cairo_rectangle_t top = { cells->x + c * column, line, column - gap, names - GAP };
      const cairo_rectangle_t side = { 0.0, cells->y + c * row, cells->x - 2.0 * GAP, row - gap };

      if (is_dense (self))
        show_upright (cr, above, &top);
      else
        show_in_box (cr, above, &top, 0.5);
      show_in_box (cr, beside, &side, 1.0);
    }
}

/* All empty cells at once, which nearly all of many are. */
static void
draw_empty_cells (MienMatrixFigure *self,
                  cairo_t *cr,
                  const MienPlotStyle *style,
                  const cairo_rectangle_t *cells)
{
  const double column = cells->width / self->n_classes, row = cells->height / self->n_classes;

  set_source (cr, &style->text, EMPTY_ALPHA);
  cairo_rectangle (cr, cells->x, cells->y, cells->width - DENSE_GAP, cells->height - DENSE_GAP);
  cairo_fill (cr);

  mien_plot_style_set_source (style, cr, MIEN_COLOR_SURFACE);
  for (guint c = 1; c < self->n_classes; c++)
    {
      cairo_rectangle (cr, cells->x + c * column - DENSE_GAP, cells->y, DENSE_GAP, cells->height);
      cairo_rectangle (cr, cells->x, cells->y + c * row - DENSE_GAP, cells->width, DENSE_GAP);
    }
  cairo_fill (cr);
}

static void
figure_draw (MienFigure *figure,
             cairo_t *cr,
             const MienPlotStyle *style,
             double width,
             double height)
{
  MienMatrixFigure *self = MIEN_MATRIX_FIGURE (figure);
  const double gap = get_gap (self);
  cairo_rectangle_t cells;
  double column, row;

  measure_names (self, style, &cells.x, &cells.y);
  cells.width = width - cells.x;
  cells.height = height - cells.y;
  column = cells.width / self->n_classes;
  row = cells.height / self->n_classes;
  if (column <= gap || row <= gap)
    return;

  draw_names (self, cr, style, &cells);
  if (is_dense (self))
    draw_empty_cells (self, cr, style, &cells);
  for (gsize i = 0; i < (gsize) self->n_classes * self->n_classes; i++)
    draw_cell (self, cr, style,
               &(cairo_rectangle_t){ cells.x + i % self->n_classes * column,
                                     cells.y + i / self->n_classes * row, column - gap, row - gap },
               i);
}

static void
figure_get_size (MienFigure *figure, double *width, double *height)
{
  MienMatrixFigure *self = MIEN_MATRIX_FIGURE (figure);
  g_auto (MienPlotStyle) style = { 0 };

  mien_plot_style_init_light (&style);
  measure_names (self, &style, width, height);
  *width += self->n_classes *
            (is_dense (self) ? measure_cell (self, &style) + 2.0 * DENSE_MARGIN : CELL_WIDTH);
  *height += self->n_classes * (is_dense (self) ? DENSE_HEIGHT : CELL_HEIGHT);
}

static void
figure_init (MienFigureInterface *iface)
{
  iface->draw = figure_draw;
  iface->get_size = figure_get_size;
}

static void
mien_matrix_figure_finalize (GObject *object)
{
  MienMatrixFigure *self = MIEN_MATRIX_FIGURE (object);

  g_strfreev (self->classes);
  g_free (self->counts);
  g_free (self->shares);

  G_OBJECT_CLASS (mien_matrix_figure_parent_class)->finalize (object);
}

static void
mien_matrix_figure_class_init (MienMatrixFigureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mien_matrix_figure_finalize;
}

static void
mien_matrix_figure_init (MienMatrixFigure *self)
{
}

/**
 * mien_matrix_figure_new:
 * @classes: (array length=n_classes): class names
 * @n_classes: how many there are, at least one
 * @counts: (n_classes, n_classes) pictures, rows actual, columns predicted
 * @mode: what stands in the cells
 *
 * Returns: (transfer full): the matrix as a figure
 */
MienMatrixFigure *
mien_matrix_figure_new (const char *const *classes,
                        guint n_classes,
                        const guint *counts,
                        MienMatrixMode mode)
{
  MienMatrixFigure *self;

  g_return_val_if_fail (n_classes > 0, NULL);

  self = g_object_new (MIEN_TYPE_MATRIX_FIGURE, NULL);
  self->classes = g_new0 (char *, (gsize) n_classes + 1);
  for (guint c = 0; c < n_classes; c++)
    self->classes[c] = g_strdup (classes[c]);
  self->n_classes = n_classes;
  self->counts = g_memdup2 (counts, sizeof (guint) * n_classes * n_classes);
  self->shares = mien_matrix_list_shares (counts, n_classes, mode);
  self->mode = mode;
  return self;
}

/**
 * mien_matrix_figure_new_for_evaluation:
 * @evaluation: an evaluation
 * @mode: what stands in the cells
 *
 * Returns: (transfer full): its confusion matrix as a figure
 */
MienMatrixFigure *
mien_matrix_figure_new_for_evaluation (MienEvaluation *evaluation, MienMatrixMode mode)
{
  guint n;
  const char *const *classes = mien_evaluation_get_classes (evaluation, &n);
  g_autofree guint *counts = g_new (guint, (gsize) n * n);

  for (guint actual = 0; actual < n; actual++)
    for (guint predicted = 0; predicted < n; predicted++)
      counts[(gsize) actual * n + predicted] = mien_evaluation_get_count (evaluation, actual,
                                                                          predicted);
  return mien_matrix_figure_new (classes, n, counts, mode);
}
