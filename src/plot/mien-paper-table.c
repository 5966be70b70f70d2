/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <pango/pangocairo.h>

#include "plot/mien-paper-private.h"

#define COLUMN_GAP 12.0
#define ROW_GAP 3.0
#define RULE_ALPHA 0.25
/* Of the page, that names take at most. */
#define NAMES_PART 0.35

/* The natural width of a column; with @breaks_head, of its numbers and of the longest word above.
 */
static double
measure_column (MienPaper *self, GPtrArray *rows, guint column, gboolean breaks_head)
{
  double widest = 0.0;

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = g_ptr_array_index (rows, i);
      g_autoptr (PangoLayout) layout = NULL;
      PangoRectangle extents;

      if (g_strv_length (row) <= column)
        continue;
      layout = mien_paper_create_layout (self, row[column], 1.0, PANGO_WEIGHT_BOLD, -1.0);
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD);
      pango_layout_set_width (layout, breaks_head && i == 0 ? 0 : -1);
      pango_layout_get_extents (layout, NULL, &extents);
      widest = MAX (widest, (double) extents.width / PANGO_SCALE);
    }
  return ceil (widest) + 1.0;
}

static double
measure_columns (MienPaper *self, GPtrArray *rows, guint n, gboolean breaks_head, double *widths)
{
  double sum = 0.0;

  for (guint c = 0; c < n; c++)
    {
      widths[c] = measure_column (self, rows, c, breaks_head && c > 0);
      sum += widths[c];
    }
  return sum;
}

/* Of facts, the names get what they need up to a limit. Numbers get what they need, their heads
 * broken if they must be, and the first column the rest, which is not less than its part; where
 * even that is more than the page has, all columns shrink alike. */
static double *
list_widths (MienPaper *self, GPtrArray *rows, MienPaperTable kind, guint n)
{
  const double page = MIEN_PAPER_COLUMN - (n - 1) * COLUMN_GAP;
  double *widths = g_new (double, n);
  double sum = measure_columns (self, rows, n, FALSE, widths);

  if (kind == MIEN_PAPER_FACTS && n == 2)
    {
      widths[0] = MIN (widths[0], NAMES_PART * MIEN_PAPER_COLUMN);
      widths[1] = page - widths[0];
      return widths;
    }

  if (sum > page)
    sum = measure_columns (self, rows, n, TRUE, widths);
  if (sum > page)
    {
      const double first = MIN (widths[0], MAX (page - (sum - widths[0]), page / n));

      sum += first - widths[0];
      widths[0] = first;
    }
  for (guint c = 0; c < n && sum > page; c++)
    widths[c] *= page / sum;

  return widths;
}

typedef struct
{
  MienPaperTable kind;
  guint n_columns;
  double *widths; /* owned */
} Columns;

/* (transfer full) (element-type PangoLayout): the cells of a row. */
static GPtrArray *
lay_out (MienPaper *self, const Columns *columns, char **row, PangoWeight weight, double *height)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_object_unref);

  *height = ROW_GAP;
  for (guint c = 0; row[c] != NULL; c++)
    {
      PangoLayout *cell = mien_paper_create_layout (self, row[c], 1.0, weight, columns->widths[c]);
      PangoRectangle extents;

      if (columns->kind == MIEN_PAPER_NUMBERS && c > 0)
        pango_layout_set_alignment (cell, PANGO_ALIGN_RIGHT);
      pango_layout_get_extents (cell, NULL, &extents);
      *height = MAX (*height, (double) extents.height / PANGO_SCALE + ROW_GAP);
      g_ptr_array_add (cells, cell);
    }
  return cells;
}

static void
draw_row (MienPaper *self, const Columns *columns, GPtrArray *cells, double height)
{
  double x = MIEN_PAPER_MARGIN;

  for (guint c = 0; c < cells->len; c++)
    {
      mien_paper_set_ink (self,
                          columns->kind == MIEN_PAPER_FACTS && c == 0 ? MIEN_PAPER_QUIET : 1.0);
      cairo_move_to (self->cr, x, self->y);
      pango_cairo_show_layout (self->cr, g_ptr_array_index (cells, c));
      x += columns->widths[c] + COLUMN_GAP;
    }
  self->y += height;
}

static void
draw_head (MienPaper *self, const Columns *columns, char **row)
{
  double height, width = (columns->n_columns - 1) * COLUMN_GAP;
  g_autoptr (GPtrArray) cells = lay_out (self, columns, row, PANGO_WEIGHT_BOLD, &height);

  /* With a row below it. */
  mien_paper_need (self, 2.0 * height);
  draw_row (self, columns, cells, height);
  for (guint c = 0; c < columns->n_columns; c++)
    width += columns->widths[c];
  mien_paper_set_ink (self, RULE_ALPHA);
  cairo_rectangle (self->cr, MIEN_PAPER_MARGIN, self->y - ROW_GAP / 2.0, width, 0.75);
  cairo_fill (self->cr);
  self->y += ROW_GAP;
}

/**
 * mien_paper_add_table:
 * @rows: (element-type GStrv): rows of cells in Pango's markup; of numbers, the first is the head
 * @kind: how the columns are set
 *
 * Adds a table, which may go on on further pages.
 */
void
mien_paper_add_table (MienPaper *self, GPtrArray *rows, MienPaperTable kind)
{
  const gboolean has_head = kind == MIEN_PAPER_NUMBERS;
  Columns columns = { .kind = kind };

  for (guint i = 0; i < rows->len; i++)
    columns.n_columns = MAX (columns.n_columns, g_strv_length (g_ptr_array_index (rows, i)));
  if (columns.n_columns == 0)
    return;

  columns.widths = list_widths (self, rows, kind, columns.n_columns);
  if (has_head)
    draw_head (self, &columns, g_ptr_array_index (rows, 0));
  for (guint i = has_head ? 1 : 0; i < rows->len; i++)
    {
      const guint page = self->page;
      double height;
      g_autoptr (GPtrArray)
        cells = lay_out (self, &columns, g_ptr_array_index (rows, i), PANGO_WEIGHT_NORMAL, &height);

      mien_paper_need (self, height);
      if (has_head && self->page != page)
        draw_head (self, &columns, g_ptr_array_index (rows, 0));
      draw_row (self, &columns, cells, height);
    }
  self->y += 2.0 * ROW_GAP;
  g_free (columns.widths);
}
