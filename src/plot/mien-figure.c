/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-figure.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "plot/mien-drawing.h"

#define MARGIN 12.0
/* Pixels a unit in a PNG, so that it is sharp on paper and on dense screens too. */
#define PIXELS_A_UNIT 2.0

G_DEFINE_INTERFACE (MienFigure, mien_figure, G_TYPE_OBJECT)

static void
mien_figure_default_init (MienFigureInterface *iface)
{
}

/**
 * mien_figure_draw:
 * @cr: where to; its origin is the upper left corner of the figure
 * @style: colours and font
 * @width: of the figure, in units of @cr
 * @height: of the figure
 *
 * Draws the figure, without a background.
 */
void
mien_figure_draw (MienFigure *self,
                  cairo_t *cr,
                  const MienPlotStyle *style,
                  double width,
                  double height)
{
  g_return_if_fail (MIEN_IS_FIGURE (self));

  MIEN_FIGURE_GET_IFACE (self)->draw (self, cr, style, width, height);
}

/**
 * mien_figure_get_size:
 * @width: (out): in units of a drawing, in which text is 11 high
 * @height: (out): likewise
 *
 * How large the figure is well read.
 */
void
mien_figure_get_size (MienFigure *self, double *width, double *height)
{
  g_return_if_fail (MIEN_IS_FIGURE (self));

  MIEN_FIGURE_GET_IFACE (self)->get_size (self, width, height);
}

typedef enum
{
  FORMAT_NONE,
  FORMAT_PNG,
  FORMAT_SVG,
  FORMAT_PDF
} Format;

static Format
find_format (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  return g_str_has_suffix (lower, ".png")   ? FORMAT_PNG
         : g_str_has_suffix (lower, ".svg") ? FORMAT_SVG
         : g_str_has_suffix (lower, ".pdf") ? FORMAT_PDF
                                            : FORMAT_NONE;
}

/**
 * mien_figure_can_save:
 * @path: (type filename): the name of a file
 *
 * Returns: whether it ends with .png, .svg or .pdf
 */
gboolean
mien_figure_can_save (const char *path)
{
  return find_format (path) != FORMAT_NONE;
}

static cairo_surface_t *
create_surface (Format format, GByteArray *bytes, double width, double height)
{
  cairo_surface_t *surface;

  if (format == FORMAT_SVG)
    return cairo_svg_surface_create_for_stream (mien_drawing_append, bytes, width, height);
  if (format == FORMAT_PDF)
    return cairo_pdf_surface_create_for_stream (mien_drawing_append, bytes, width, height);

  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (width * PIXELS_A_UNIT),
                                        (int) ceil (height * PIXELS_A_UNIT));
  cairo_surface_set_device_scale (surface, PIXELS_A_UNIT, PIXELS_A_UNIT);
  return surface;
}

static cairo_status_t
draw_page (MienFigure *self, cairo_surface_t *surface, double width, double height)
{
  g_auto (MienPlotStyle) style = { 0 };
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  mien_plot_style_init_light (&style);
  mien_plot_style_set_source (&style, cr, MIEN_COLOR_SURFACE);
  cairo_paint (cr);
  cairo_translate (cr, MARGIN, MARGIN);
  mien_figure_draw (self, cr, &style, width, height);
  status = cairo_status (cr);
  cairo_destroy (cr);
  return status;
}

/**
 * mien_figure_save:
 * @path: (type filename): a name that ends with .png, .svg or .pdf; what is there is replaced
 * @error: return location; that of the file system, or `G_IO_ERROR_NOT_SUPPORTED`: another ending
 *
 * Writes the figure in its best size and in the light style, whatever the window looks like. A PNG
 * has two pixels a unit of the drawing.
 *
 * Returns: %TRUE if it is in the file
 */
gboolean
mien_figure_save (MienFigure *self, const char *path, GError **error)
{
  const Format format = find_format (path);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface;
  cairo_status_t status;
  double width, height;

  g_return_val_if_fail (MIEN_IS_FIGURE (self), FALSE);

  if (format == FORMAT_NONE)
    {
      g_autofree char *name = g_filename_display_name (path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("“%s” is no picture: choose a name that ends with .png, .svg or .pdf"), name);
      return FALSE;
    }

  mien_figure_get_size (self, &width, &height);
  surface = create_surface (format, bytes, width + 2 * MARGIN, height + 2 * MARGIN);
  status = draw_page (self, surface, width, height);
  if (status == CAIRO_STATUS_SUCCESS && format == FORMAT_PNG)
    status = cairo_surface_write_to_png_stream (surface, mien_drawing_append, bytes);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);

  return mien_drawing_save (bytes, status, path, error);
}
