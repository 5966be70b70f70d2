/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-sample-face.h"

#include <math.h>

static void
fill_ellipse (cairo_t *cr, double x, double y, double rx, double ry)
{
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, rx, ry);
  cairo_new_path (cr);
  cairo_arc (cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_restore (cr);
  cairo_fill (cr);
}

static void
trace_face (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->width;
  double h = self->height;
  double j = self->jaw * w * 0.78;

  cairo_new_path (cr);
  cairo_move_to (cr, -w, -0.1 * h);
  cairo_curve_to (cr, -w, -0.75 * h, -0.6 * w, -h, 0, -h);
  cairo_curve_to (cr, 0.6 * w, -h, w, -0.75 * h, w, -0.1 * h);
  cairo_curve_to (cr, w, 0.5 * h, j, h, 0, h);
  cairo_curve_to (cr, -j, h, -w, 0.5 * h, -w, -0.1 * h);
  cairo_close_path (cr);
}

static void
draw_hair_behind (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->width;
  double h = self->height;

  mien_color_set (&self->hair_color, cr, 0.82, 1);
  switch (self->hair)
    {
    case MIEN_HAIR_LONG:
      cairo_move_to (cr, -1.05 * w, 1.15 * h);
      cairo_curve_to (cr, -1.35 * w, 0, -1.4 * w, -1.3 * h, 0, -1.18 * h);
      cairo_curve_to (cr, 1.4 * w, -1.3 * h, 1.35 * w, 0, 1.05 * w, 1.15 * h);
      cairo_close_path (cr);
      cairo_fill (cr);
      break;
    case MIEN_HAIR_CURLY:
      for (int i = 0; i <= 10; i++)
        {
          double angle = G_PI * (0.92 + 1.16 * i / 10.0);

          fill_ellipse (cr, 1.02 * w * cos (angle), 0.95 * h * sin (angle) - 0.12, 0.34, 0.34);
        }
      break;
    case MIEN_HAIR_BUN:
      fill_ellipse (cr, 0, -1.28 * h, 0.38, 0.34);
      fill_ellipse (cr, 0, -0.35 * h, 1.1 * w, 0.78 * h);
      break;
    default:
      break;
    }
}

static void
draw_body (const MienSampleFace *self, cairo_t *cr)
{
  mien_color_set (&self->clothes, cr, 1, 1);
  fill_ellipse (cr, 0, 2.55, 1.75, 1.2);
  mien_color_set (&self->skin, cr, 0.80, 1);
  cairo_rectangle (cr, -0.36, 0.8, 0.72, 0.75);
  cairo_fill (cr);
  fill_ellipse (cr, 0, 1.52, 0.36, 0.22);
}

static void
draw_ears (const MienSampleFace *self, cairo_t *cr)
{
  for (int side = -1; side <= 1; side += 2)
    {
      mien_color_set (&self->skin, cr, 0.92, 1);
      fill_ellipse (cr, side * self->width, 0.02, 0.15, 0.22);
      if (self->earrings)
        {
          cairo_set_source_rgb (cr, 0.93, 0.78, 0.35);
          fill_ellipse (cr, side * (self->width + 0.03), 0.27, 0.06, 0.06);
        }
    }
}

static void
draw_skin (const MienSampleFace *self, cairo_t *cr)
{
  cairo_pattern_t *shade = cairo_pattern_create_radial (-0.25, -0.35, 0.2, 0, 0, 1.5);

  cairo_pattern_add_color_stop_rgb (shade, 0, MIN (self->skin.red * 1.05, 1),
                                    MIN (self->skin.green * 1.05, 1),
                                    MIN (self->skin.blue * 1.05, 1));
  cairo_pattern_add_color_stop_rgb (shade, 0.6, self->skin.red, self->skin.green, self->skin.blue);
  cairo_pattern_add_color_stop_rgb (shade, 1, self->skin.red * 0.80, self->skin.green * 0.76,
                                    self->skin.blue * 0.74);
  trace_face (self, cr);
  cairo_set_source (cr, shade);
  cairo_fill (cr);
  cairo_pattern_destroy (shade);
}

static void
draw_cheeks (const MienSampleFace *self, cairo_t *cr, VggRandom *random)
{
  if (self->blush)
    {
      cairo_set_source_rgba (cr, 0.92, 0.36, 0.36, 0.22);
      fill_ellipse (cr, -0.55, 0.28, 0.22, 0.15);
      fill_ellipse (cr, 0.55, 0.28, 0.22, 0.15);
    }
  if (self->freckles)
    {
      mien_color_set (&self->skin, cr, 0.66, 0.8);
      for (guint i = 0; i < 14; i++)
        {
          double x = vgg_random_range (random, 0.2, 0.68) * (i % 2 == 0 ? 1 : -1);

          fill_ellipse (cr, x, vgg_random_range (random, 0.12, 0.36), 0.025, 0.025);
        }
    }
}

static void
draw_beard (const MienSampleFace *self, cairo_t *cr)
{
  double m = 0.60 * self->height / 1.22;

  if (self->beard == MIEN_BEARD_NONE)
    return;

  cairo_save (cr);
  trace_face (self, cr);
  cairo_clip (cr);
  cairo_new_path (cr);
  if (self->beard != MIEN_BEARD_MOUSTACHE)
    {
      cairo_move_to (cr, -1.2, 0.1);
      cairo_curve_to (cr, -0.75, 0.55, -0.55, 0.32, 0, 0.36);
      cairo_curve_to (cr, 0.55, 0.32, 0.75, 0.55, 1.2, 0.1);
      cairo_line_to (cr, 1.2, 1.6);
      cairo_line_to (cr, -1.2, 1.6);
      cairo_close_path (cr);
      mien_color_set (&self->hair_color, cr, 0.85, self->beard == MIEN_BEARD_STUBBLE ? 0.28 : 0.95);
      cairo_fill (cr);
      mien_color_set (&self->skin, cr, 0.95, self->beard == MIEN_BEARD_STUBBLE ? 0.4 : 1);
      fill_ellipse (cr, 0, m, self->mouth_width + 0.12, 0.26);
    }
  else
    {
      cairo_move_to (cr, -0.42, m - 0.12);
      cairo_curve_to (cr, -0.2, m - 0.36, -0.05, m - 0.28, 0, m - 0.25);
      cairo_curve_to (cr, 0.05, m - 0.28, 0.2, m - 0.36, 0.42, m - 0.12);
      cairo_curve_to (cr, 0.2, m - 0.17, 0.1, m - 0.13, 0, m - 0.14);
      cairo_curve_to (cr, -0.1, m - 0.13, -0.2, m - 0.17, -0.42, m - 0.12);
      mien_color_set (&self->hair_color, cr, 0.85, 1);
      cairo_fill (cr);
    }
  cairo_restore (cr);
}

static void
draw_nose (const MienSampleFace *self, cairo_t *cr)
{
  double n = self->nose;

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_move_to (cr, 0.04 * self->side, -0.02);
  cairo_curve_to (cr, 0.10 * n * self->side, 0.12, 0.18 * n * self->side, 0.24,
                  0.10 * n * self->side, 0.28);
  cairo_curve_to (cr, 0.05 * self->side, 0.31, -0.05 * self->side, 0.31, -0.10 * n * self->side,
                  0.27);
  mien_color_set (&self->skin, cr, 0.66, 0.9);
  cairo_set_line_width (cr, 0.055);
  cairo_stroke (cr);
}

static void
draw_hair (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->width;
  double h = self->height;
  double part = self->side * 0.35 * w;

  mien_color_set (&self->hair_color, cr, 1, 1);
  switch (self->hair)
    {
    case MIEN_HAIR_SHORT:
      cairo_move_to (cr, -1.03 * w, -0.05 * h);
      cairo_curve_to (cr, -1.15 * w, -0.9 * h, -0.6 * w, -1.2 * h, 0, -1.17 * h);
      cairo_curve_to (cr, 0.6 * w, -1.2 * h, 1.15 * w, -0.9 * h, 1.03 * w, -0.05 * h);
      cairo_curve_to (cr, 0.9 * w, -0.45 * h, 0.75 * w, -0.62 * h, 0.5 * w, -0.63 * h);
      cairo_curve_to (cr, 0.2 * w, -0.68 * h, -0.2 * w, -0.68 * h, -0.5 * w, -0.63 * h);
      cairo_curve_to (cr, -0.75 * w, -0.62 * h, -0.9 * w, -0.45 * h, -1.03 * w, -0.05 * h);
      cairo_fill (cr);
      break;
    case MIEN_HAIR_SIDE:
    case MIEN_HAIR_LONG:
      cairo_move_to (cr, -1.05 * w, 0.05 * h);
      cairo_curve_to (cr, -1.2 * w, -0.95 * h, -0.6 * w, -1.22 * h, 0, -1.19 * h);
      cairo_curve_to (cr, 0.6 * w, -1.22 * h, 1.2 * w, -0.95 * h, 1.05 * w, 0.05 * h);
      cairo_curve_to (cr, 0.95 * w, -0.35 * h, 0.85 * w, -0.55 * h, part, -0.86 * h);
      cairo_curve_to (cr, -0.85 * w, -0.55 * h, -0.95 * w, -0.35 * h, -1.05 * w, 0.05 * h);
      cairo_fill (cr);
      break;
    case MIEN_HAIR_CURLY:
      for (int i = 0; i <= 7; i++)
        {
          double angle = G_PI * (1.08 + 0.84 * i / 7.0);

          fill_ellipse (cr, 0.88 * w * cos (angle), 0.88 * h * sin (angle) - 0.08, 0.26, 0.24);
        }
      break;
    case MIEN_HAIR_BUN:
      cairo_move_to (cr, -1.04 * w, 0);
      cairo_curve_to (cr, -1.12 * w, -0.95 * h, -0.6 * w, -1.15 * h, 0, -1.14 * h);
      cairo_curve_to (cr, 0.6 * w, -1.15 * h, 1.12 * w, -0.95 * h, 1.04 * w, 0);
      cairo_curve_to (cr, 0.9 * w, -0.5 * h, 0.6 * w, -0.8 * h, 0, -0.8 * h);
      cairo_curve_to (cr, -0.6 * w, -0.8 * h, -0.9 * w, -0.5 * h, -1.04 * w, 0);
      cairo_fill (cr);
      break;
    default:
      break;
    }
}

/**
 * mien_sample_draw_head:
 * @self: a face
 * @cr: where to, in face units
 * @random: for the places of freckles
 *
 * Draws the person without the expression: body, hair, skin, nose, beard.
 */
void
mien_sample_draw_head (const MienSampleFace *self, cairo_t *cr, VggRandom *random)
{
  draw_hair_behind (self, cr);
  draw_body (self, cr);
  draw_ears (self, cr);
  draw_skin (self, cr);
  draw_cheeks (self, cr, random);
  draw_beard (self, cr);
  draw_hair (self, cr);
  draw_nose (self, cr);
}
