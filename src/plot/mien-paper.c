/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-paper.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <pango/pangocairo.h>

#include "plot/mien-drawing.h"
#include "plot/mien-paper-private.h"

#define GAP 6.0
#define INDENT 14.0
#define TITLE_SCALE 1.8
#define HEADING_SCALE 1.3

/**
 * mien_paper_new:
 * @footer: what stands at the end of each page, before its number
 *
 * Returns: (transfer full): a document with one empty page, in the light style
 */
MienPaper *
mien_paper_new (const char *footer)
{
  MienPaper *self = g_new0 (MienPaper, 1);

  self->bytes = g_byte_array_new ();
  self->surface = cairo_pdf_surface_create_for_stream (mien_drawing_append, self->bytes,
                                                       MIEN_PAPER_WIDTH, MIEN_PAPER_HEIGHT);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_TITLE, footer);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_CREATOR, "Mien " MIEN_VERSION);
  self->cr = cairo_create (self->surface);
  mien_plot_style_init_light (&self->style);
  self->footer = g_strdup (footer);
  self->page = 1;
  self->y = MIEN_PAPER_MARGIN;
  return self;
}

void
mien_paper_free (MienPaper *self)
{
  if (self == NULL)
    return;
  cairo_destroy (self->cr);
  cairo_surface_destroy (self->surface);
  g_byte_array_unref (self->bytes);
  mien_plot_style_clear (&self->style);
  g_free (self->footer);
  g_free (self);
}

/* For the parts of the text colour's strength. */
void
mien_paper_set_ink (MienPaper *self, double alpha)
{
  const MienRgba *text = &self->style.text;

  cairo_set_source_rgba (self->cr, text->red, text->green, text->blue, text->alpha * alpha);
}

/* Text that wraps at @width; @markup that is none stands as it is. */
PangoLayout *
mien_paper_create_layout (MienPaper *self,
                          const char *markup,
                          double scale,
                          PangoWeight weight,
                          double width)
{
  PangoLayout *layout = pango_layout_new (self->style.pango);
  g_autoptr (PangoFontDescription)
    font = pango_font_description_copy (pango_context_get_font_description (self->style.pango));

  pango_font_description_set_absolute_size (font, scale * pango_font_description_get_size (font));
  pango_font_description_set_weight (font, weight);
  pango_layout_set_font_description (layout, font);
  if (pango_parse_markup (markup, -1, 0, NULL, NULL, NULL, NULL))
    pango_layout_set_markup (layout, markup, -1);
  else
    pango_layout_set_text (layout, markup, -1);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  return layout;
}

static void
draw_footer (MienPaper *self)
{
  g_autofree char *number = g_strdup_printf ("%u", self->page);
  g_autofree char *footer = g_markup_escape_text (self->footer, -1);
  g_autoptr (PangoLayout) left = mien_paper_create_layout (
    self, footer, PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL, MIEN_PAPER_COLUMN - 4.0 * INDENT);
  g_autoptr (PangoLayout) right = mien_paper_create_layout (self, number, PANGO_SCALE_SMALL,
                                                            PANGO_WEIGHT_NORMAL, MIEN_PAPER_COLUMN);

  pango_layout_set_ellipsize (left, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment (right, PANGO_ALIGN_RIGHT);
  mien_paper_set_ink (self, MIEN_PAPER_QUIET);
  cairo_move_to (self->cr, MIEN_PAPER_MARGIN, MIEN_PAPER_HEIGHT - MIEN_PAPER_MARGIN + GAP);
  pango_cairo_show_layout (self->cr, left);
  cairo_move_to (self->cr, MIEN_PAPER_MARGIN, MIEN_PAPER_HEIGHT - MIEN_PAPER_MARGIN + GAP);
  pango_cairo_show_layout (self->cr, right);
}

/* Begins a new page where @height does not fit on this one. */
void
mien_paper_need (MienPaper *self, double height)
{
  if (self->y + height <= MIEN_PAPER_BOTTOM || self->y <= MIEN_PAPER_MARGIN)
    return;

  draw_footer (self);
  cairo_show_page (self->cr);
  self->page++;
  self->y = MIEN_PAPER_MARGIN;
}

/* Line by line, so that a text may go on on the next page. */
static void
add_layout (MienPaper *self, PangoLayout *layout, double x)
{
  PangoLayoutIter *iter = pango_layout_get_iter (layout);

  do
    {
      PangoRectangle line;
      const int baseline = pango_layout_iter_get_baseline (iter);

      pango_layout_iter_get_line_extents (iter, NULL, &line);
      mien_paper_need (self, (double) line.height / PANGO_SCALE);
      cairo_move_to (self->cr, x + (double) line.x / PANGO_SCALE,
                     self->y + (double) (baseline - line.y) / PANGO_SCALE);
      pango_cairo_show_layout_line (self->cr, pango_layout_iter_get_line_readonly (iter));
      self->y += (double) line.height / PANGO_SCALE;
    }
  while (pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
}

static void
add_head (MienPaper *self, const char *text, double scale, double before, double room)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);
  g_autoptr (PangoLayout)
    layout = mien_paper_create_layout (self, markup, scale, PANGO_WEIGHT_BOLD, MIEN_PAPER_COLUMN);
  PangoRectangle extents;

  pango_layout_get_extents (layout, NULL, &extents);
  if (self->y > MIEN_PAPER_MARGIN)
    self->y += before;
  mien_paper_need (self, (double) extents.height / PANGO_SCALE + GAP + room);
  mien_paper_set_ink (self, 1.0);
  add_layout (self, layout, MIEN_PAPER_MARGIN);
  self->y += GAP / 2.0;
}

/**
 * mien_paper_add_title:
 * @text: what the document is about
 */
void
mien_paper_add_title (MienPaper *self, const char *text)
{
  add_head (self, text, TITLE_SCALE, 0.0, 0.0);
  self->y += GAP;
}

/**
 * mien_paper_add_heading:
 * @text: what the next part is about
 * @room: points of the part that must stand on the same page
 */
void
mien_paper_add_heading (MienPaper *self, const char *text, double room)
{
  add_head (self, text, HEADING_SCALE, 3.0 * GAP, room);
  self->y += GAP / 2.0;
}

/**
 * mien_paper_add_subheading:
 * @text: what the next piece of a part is about
 * @room: points of the piece that must stand on the same page
 */
void
mien_paper_add_subheading (MienPaper *self, const char *text, double room)
{
  add_head (self, text, 1.0, GAP, room);
}

static void
add_text (MienPaper *self, const char *markup, double indent)
{
  g_autoptr (PangoLayout) layout = mien_paper_create_layout (self, markup, 1.0, PANGO_WEIGHT_NORMAL,
                                                             MIEN_PAPER_COLUMN - indent);

  mien_paper_set_ink (self, 1.0);
  add_layout (self, layout, MIEN_PAPER_MARGIN + indent);
  self->y += GAP;
}

/**
 * mien_paper_add_paragraph:
 * @markup: text in Pango's markup
 */
void
mien_paper_add_paragraph (MienPaper *self, const char *markup)
{
  add_text (self, markup, 0.0);
}

/**
 * mien_paper_add_item:
 * @markup: an item of a list, in Pango's markup
 */
void
mien_paper_add_item (MienPaper *self, const char *markup)
{
  g_autoptr (PangoLayout)
    bullet = mien_paper_create_layout (self, "•", 1.0, PANGO_WEIGHT_NORMAL, INDENT);

  mien_paper_need (self, 2.0 * INDENT);
  mien_paper_set_ink (self, 1.0);
  cairo_move_to (self->cr, MIEN_PAPER_MARGIN + GAP / 2.0, self->y);
  pango_cairo_show_layout (self->cr, bullet);
  add_text (self, markup, INDENT);
}

/**
 * mien_paper_add_code:
 * @text: lines that stand as they are
 */
void
mien_paper_add_code (MienPaper *self, const char *text)
{
  g_autofree char *plain = g_markup_escape_text (text, -1);
  g_autofree char *markup = g_strdup_printf ("<tt><small>%s</small></tt>", plain);

  add_text (self, markup, INDENT);
}

/* How much smaller a figure is drawn than it is, so that the page holds it. */
static double
fit_figure (MienFigure *figure, double *width, double *height)
{
  mien_figure_get_size (figure, width, height);
  return MIN (1.0,
              MIN (MIEN_PAPER_COLUMN / *width, (MIEN_PAPER_BOTTOM - MIEN_PAPER_MARGIN) / *height));
}

/**
 * mien_paper_measure_figure:
 * @figure: a figure
 *
 * Returns: points that mien_paper_add_figure() takes for it
 */
double
mien_paper_measure_figure (MienFigure *figure)
{
  double width, height;
  const double scale = fit_figure (figure, &width, &height);

  return scale * height;
}

/**
 * mien_paper_add_figure:
 * @figure: a figure
 *
 * Adds a figure as large as it is, or as the page is.
 */
void
mien_paper_add_figure (MienPaper *self, MienFigure *figure)
{
  double width, height;
  const double scale = fit_figure (figure, &width, &height);

  mien_paper_need (self, scale * height);
  cairo_save (self->cr);
  cairo_translate (self->cr, MIEN_PAPER_MARGIN, self->y);
  cairo_scale (self->cr, scale, scale);
  mien_figure_draw (figure, self->cr, &self->style, width, height);
  cairo_restore (self->cr);
  self->y += scale * height + GAP;
}

/**
 * mien_paper_add_figures:
 * @figures: (array length=n) (element-type MienFigure): figures; %NULL leaves a place empty
 * @n: how many places there are, one at least
 * @height: points that they take
 *
 * Adds figures beside each other, each as wide as the others.
 */
void
mien_paper_add_figures (MienPaper *self, MienFigure *const *figures, guint n, double height)
{
  const double width = (MIEN_PAPER_COLUMN - (n - 1) * 2.0 * GAP) / n;

  mien_paper_need (self, height);
  for (guint i = 0; i < n; i++)
    {
      if (figures[i] == NULL)
        continue;
      cairo_save (self->cr);
      cairo_translate (self->cr, MIEN_PAPER_MARGIN + i * (width + 2.0 * GAP), self->y);
      mien_figure_draw (figures[i], self->cr, &self->style, width, height);
      cairo_restore (self->cr);
    }
  self->y += height + 2.0 * GAP;
}

/**
 * mien_paper_save:
 * @path: (type filename): where to; what is there is replaced
 * @error: return location
 *
 * Ends the document and writes it as PDF. Nothing can be added any more.
 *
 * Returns: %TRUE if it is in the file
 */
gboolean
mien_paper_save (MienPaper *self, const char *path, GError **error)
{
  cairo_status_t status;

  draw_footer (self);
  cairo_show_page (self->cr);
  status = cairo_status (self->cr);
  cairo_surface_finish (self->surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (self->surface);

  return mien_drawing_save (self->bytes, status, path, error);
}
