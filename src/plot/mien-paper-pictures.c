/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pango/pangocairo.h>

#include "plot/mien-paper-private.h"

#define PICTURES_A_ROW 6
#define GAP 8.0
#define WIDTH ((MIEN_PAPER_COLUMN - (PICTURES_A_ROW - 1) * GAP) / PICTURES_A_ROW)
#define LINE_HEIGHT 12.0
#define HEIGHT (WIDTH + 4.0 + G_N_ELEMENTS (((MienPaperPicture *) NULL)->lines) * LINE_HEIGHT + GAP)
#define EMPTY_ALPHA 0.12

/**
 * mien_paper_picture_clear:
 *
 * Frees what the picture owns.
 */
void
mien_paper_picture_clear (MienPaperPicture *self)
{
  g_clear_object (&self->picture);
  for (guint i = 0; i < G_N_ELEMENTS (self->lines); i++)
    g_clear_pointer (&self->lines[i], g_free);
}

/* Cairo has a pixel in 32 bits of the machine's byte order, GdkPixbuf in 3 or 4 bytes. */
static cairo_surface_t *
create_surface (GdkPixbuf *picture)
{
  const int width = gdk_pixbuf_get_width (picture), height = gdk_pixbuf_get_height (picture);
  const int n_channels = gdk_pixbuf_get_n_channels (picture);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  guchar *pixels;
  gsize stride;

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    return surface;

  pixels = cairo_image_surface_get_data (surface);
  stride = cairo_image_surface_get_stride (surface);
  for (int y = 0; y < height; y++)
    {
      const guchar *from = gdk_pixbuf_read_pixels (picture) +
                           (gsize) y * gdk_pixbuf_get_rowstride (picture);
      guint32 *to = (guint32 *) (pixels + y * stride);

      for (int x = 0; x < width; x++, from += n_channels)
        to[x] = (guint32) from[0] << 16 | (guint32) from[1] << 8 | from[2];
    }
  cairo_surface_mark_dirty (surface);
  return surface;
}

/* In the middle of a square, as large as it fits. */
static void
draw_picture (MienPaper *self, GdkPixbuf *picture, double x, double y)
{
  cairo_surface_t *surface;
  double width, height, scale;

  if (picture == NULL)
    {
      mien_paper_set_ink (self, EMPTY_ALPHA);
      cairo_rectangle (self->cr, x, y, WIDTH, WIDTH);
      cairo_fill (self->cr);
      return;
    }

  surface = create_surface (picture);
  width = gdk_pixbuf_get_width (picture);
  height = gdk_pixbuf_get_height (picture);
  scale = WIDTH / MAX (width, height);
  cairo_save (self->cr);
  cairo_translate (self->cr, x + (WIDTH - scale * width) / 2.0, y + (WIDTH - scale * height) / 2.0);
  cairo_scale (self->cr, scale, scale);
  cairo_set_source_surface (self->cr, surface, 0.0, 0.0);
  cairo_paint (self->cr);
  cairo_restore (self->cr);
  cairo_surface_destroy (surface);
}

static void
draw_lines (MienPaper *self, const MienPaperPicture *picture, double x, double y)
{
  for (guint i = 0; i < G_N_ELEMENTS (picture->lines); i++)
    {
      g_autofree char *markup = NULL;
      g_autoptr (PangoLayout) layout = NULL;

      if (picture->lines[i] == NULL)
        continue;
      markup = g_markup_escape_text (picture->lines[i], -1);
      layout = mien_paper_create_layout (self, markup, PANGO_SCALE_SMALL,
                                         i == 0 ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, WIDTH);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
      mien_paper_set_ink (self, i == 0 ? 1.0 : MIEN_PAPER_QUIET);
      cairo_move_to (self->cr, x, y + i * LINE_HEIGHT);
      pango_cairo_show_layout (self->cr, layout);
    }
}

/**
 * mien_paper_add_pictures:
 * @pictures: (array length=n): pictures, with the lines below them
 * @n: how many there are
 *
 * Adds rows of pictures, which may go on on further pages.
 */
void
mien_paper_add_pictures (MienPaper *self, const MienPaperPicture *pictures, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const double x = MIEN_PAPER_MARGIN + i % PICTURES_A_ROW * (WIDTH + GAP);

      if (i % PICTURES_A_ROW == 0)
        mien_paper_need (self, HEIGHT);
      draw_picture (self, pictures[i].picture, x, self->y);
      draw_lines (self, &pictures[i], x, self->y + WIDTH + 4.0);
      if (i % PICTURES_A_ROW == PICTURES_A_ROW - 1 || i == n - 1)
        self->y += HEIGHT;
    }
}
