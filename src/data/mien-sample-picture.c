/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-sample-face.h"

#include <math.h>

/* Light from one side: white fading to nothing fading to black. */
static void
draw_light (const MienSampleFace *self, cairo_t *cr, double size)
{
  double x = cos (self->light_angle) * size * 0.6;
  double y = sin (self->light_angle) * size * 0.6;
  cairo_pattern_t *light = cairo_pattern_create_linear (size / 2 - x, size / 2 - y, size / 2 + x,
                                                        size / 2 + y);

  cairo_pattern_add_color_stop_rgba (light, 0, 1, 0.98, 0.92, 0.35 * self->light);
  cairo_pattern_add_color_stop_rgba (light, 0.45, 0.5, 0.5, 0.5, 0);
  cairo_pattern_add_color_stop_rgba (light, 1, 0.02, 0.02, 0.08, 0.85 * self->light);
  cairo_set_source (cr, light);
  cairo_paint (cr);
  cairo_pattern_destroy (light);
}

static cairo_surface_t *
draw_picture (const MienSampleFace *self, VggRandom *random)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, MIEN_SAMPLE_SIZE,
                                                         MIEN_SAMPLE_SIZE);
  cairo_t *cr = cairo_create (surface);

  mien_sample_draw_scene (self, cr, MIEN_SAMPLE_SIZE, random);
  cairo_save (cr);
  cairo_translate (cr, self->x, self->y);
  cairo_rotate (cr, self->tilt);
  cairo_scale (cr, self->scale, self->scale);
  mien_sample_draw_head (self, cr, random);
  mien_sample_draw_expression (self, cr);
  mien_sample_draw_front (self, cr);
  cairo_restore (cr);
  draw_light (self, cr, MIEN_SAMPLE_SIZE);
  cairo_destroy (cr);
  cairo_surface_flush (surface);

  return surface;
}

/* The sum of four uniform numbers, near enough to a normal one for grain: mean 0, deviation 1. */
static double
grain (VggRandom *random)
{
  guint64 bits = vgg_random_next (random);
  guint sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);

  return (sum / 65535.0 - 2.0) * sqrt (3.0);
}

static guint8
expose (guint value, double factor, double offset)
{
  return (guint8) CLAMP (value * factor + offset + 0.5, 0, 255);
}

/**
 * mien_sample_picture_new:
 * @emotion: what the face shows
 * @random: decides everything else
 *
 * Draws one picture of the sample data set: face, expression, light, colour cast and grain.
 *
 * Returns: (transfer full): a picture of %MIEN_SAMPLE_SIZE pixels square, RGB, 8 bits a channel
 */
GdkPixbuf *
mien_sample_picture_new (MienEmotion emotion, VggRandom *random)
{
  MienSampleFace face;
  cairo_surface_t *surface;
  GdkPixbuf *picture;
  const guint8 *source;
  guint8 *target;
  gsize source_stride, target_stride;

  mien_sample_face_init (&face, emotion, random);
  surface = draw_picture (&face, random);
  source = cairo_image_surface_get_data (surface);
  source_stride = cairo_image_surface_get_stride (surface);
  picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, MIEN_SAMPLE_SIZE, MIEN_SAMPLE_SIZE);
  target = gdk_pixbuf_get_pixels (picture);
  target_stride = gdk_pixbuf_get_rowstride (picture);

  for (gsize y = 0; y < MIEN_SAMPLE_SIZE; y++)
    {
      const guint32 *in = (const guint32 *) (const void *) (source + y * source_stride);
      guint8 *out = target + y * target_stride;

      for (gsize x = 0; x < MIEN_SAMPLE_SIZE; x++, out += 3)
        {
          /* Contrast turns about middle grey. */
          double offset = 255 * (0.5 - 0.5 * face.contrast + face.brightness +
                                 face.noise * grain (random));

          out[0] = expose (in[x] >> 16 & 0xff, face.contrast * face.cast.red, offset);
          out[1] = expose (in[x] >> 8 & 0xff, face.contrast * face.cast.green, offset);
          out[2] = expose (in[x] & 0xff, face.contrast * face.cast.blue, offset);
        }
    }
  cairo_surface_destroy (surface);

  return picture;
}
