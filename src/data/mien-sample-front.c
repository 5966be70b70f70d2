/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-sample-face.h"

#include <math.h>

static void
draw_glasses (const MienSampleFace *self, cairo_t *cr)
{
  double e = self->eye_distance;

  for (int side = -1; side <= 1; side += 2)
    {
      cairo_new_path (cr);
      if (self->round_glasses)
        cairo_arc (cr, side * e, -0.08, 0.31, 0, 2 * G_PI);
      else
        cairo_rectangle (cr, side * e - 0.31, -0.32, 0.62, 0.48);
      cairo_set_source_rgba (cr, 1, 1, 1, 0.10);
      cairo_fill_preserve (cr);
      mien_color_set (&self->frame, cr, 1, 1);
      cairo_set_line_width (cr, 0.055);
      cairo_stroke (cr);
      cairo_move_to (cr, side * (e + 0.31), -0.12);
      cairo_line_to (cr, side * self->width, -0.14);
      cairo_stroke (cr);
    }
  cairo_move_to (cr, -e + 0.31, -0.1);
  cairo_curve_to (cr, -0.04, -0.16, 0.04, -0.16, e - 0.31, -0.1);
  cairo_stroke (cr);
}

static void
draw_hat (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->width;
  double h = self->height;

  cairo_move_to (cr, -1.1 * w, -0.52 * h);
  cairo_curve_to (cr, -1.2 * w, -1.55 * h, 1.2 * w, -1.55 * h, 1.1 * w, -0.52 * h);
  cairo_close_path (cr);
  mien_color_set (&self->cover_color[0], cr, 1, 1);
  cairo_fill (cr);
  cairo_arc (cr, 0, -1.36 * h, 0.2, 0, 2 * G_PI);
  mien_color_set (&self->cover_color[1], cr, 1, 1);
  cairo_fill (cr);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_move_to (cr, -1.05 * w, -0.54 * h);
  cairo_curve_to (cr, -0.5 * w, -0.68 * h, 0.5 * w, -0.68 * h, 1.05 * w, -0.54 * h);
  cairo_set_line_width (cr, 0.27);
  cairo_stroke (cr);
}

/* Over mouth and chin: brows and eyes alone have to tell. */
static void
draw_scarf (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->width;

  cairo_move_to (cr, -1.12 * w, 0.42);
  cairo_curve_to (cr, -0.5 * w, 0.22, 0.5 * w, 0.22, 1.12 * w, 0.42);
  cairo_line_to (cr, 1.25 * w, 1.55);
  cairo_line_to (cr, -1.25 * w, 1.55);
  cairo_close_path (cr);
  mien_color_set (&self->cover_color[0], cr, 1, 1);
  cairo_fill_preserve (cr);
  cairo_save (cr);
  cairo_clip (cr);
  mien_color_set (&self->cover_color[1], cr, 1, 1);
  cairo_set_line_width (cr, 0.12);
  for (int i = 0; i < 3; i++)
    {
      cairo_move_to (cr, -1.4 * w, 0.78 + 0.34 * i);
      cairo_curve_to (cr, -0.5 * w, 0.58 + 0.34 * i, 0.5 * w, 0.58 + 0.34 * i, 1.4 * w,
                      0.78 + 0.34 * i);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* A hand that rests on one cheek, finger tips up, over a corner of the mouth. */
static void
draw_hand (const MienSampleFace *self, cairo_t *cr)
{
  static const double tips[4][2] = {
    { 0.42, 0.36 }, { 0.58, 0.16 }, { 0.75, 0.10 }, { 0.91, 0.22 }
  };

  cairo_save (cr);
  cairo_scale (cr, self->side, 1);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  for (guint pass = 0; pass < 2; pass++)
    {
      gboolean outline = pass == 0;

      mien_color_set (&self->skin, cr, outline ? 0.6 : 0.93, 1);
      cairo_set_line_width (cr, outline ? 0.25 : 0.18);
      for (guint i = 0; i < G_N_ELEMENTS (tips); i++)
        {
          cairo_move_to (cr, 0.60 + 0.12 * i, 1.05);
          cairo_line_to (cr, tips[i][0], tips[i][1]);
          cairo_stroke (cr);
        }
      cairo_arc (cr, 0.76, 1.14, outline ? 0.34 : 0.30, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  mien_color_set (&self->clothes, cr, 0.9, 1);
  cairo_set_line_width (cr, 0.52);
  cairo_move_to (cr, 0.84, 1.58);
  cairo_line_to (cr, 1.03, 2.4);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_lock (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->width;
  double h = self->height;

  cairo_save (cr);
  cairo_scale (cr, self->side, 1);
  cairo_move_to (cr, -0.3 * w, -1.12 * h);
  cairo_curve_to (cr, 0.6 * w, -1.25 * h, 1.25 * w, -0.7 * h, 1.0 * w, 0.30 * h);
  cairo_curve_to (cr, 0.75 * w, 0.32 * h, 0.5 * w, 0.10 * h, 0.22 * w, -0.1 * h);
  cairo_curve_to (cr, 0.05 * w, -0.5 * h, -0.15 * w, -0.8 * h, -0.3 * w, -1.12 * h);
  mien_color_set (&self->hair_color, cr, 0.94, 1);
  cairo_fill (cr);
  cairo_restore (cr);
}

/**
 * mien_sample_draw_front:
 * @self: a face
 * @cr: where to, in face units
 *
 * Draws what is in front of the face: glasses, and the hat, scarf, hand or lock of hair that covers
 * a part of it.
 */
void
mien_sample_draw_front (const MienSampleFace *self, cairo_t *cr)
{
  if (self->glasses)
    draw_glasses (self, cr);

  switch (self->cover)
    {
    case MIEN_COVER_HAT:
      draw_hat (self, cr);
      break;
    case MIEN_COVER_SCARF:
      draw_scarf (self, cr);
      break;
    case MIEN_COVER_HAND:
      draw_hand (self, cr);
      break;
    case MIEN_COVER_LOCK:
      draw_lock (self, cr);
      break;
    case MIEN_COVER_NONE:
    default:
      break;
    }
}

/**
 * mien_sample_draw_scene:
 * @self: a face
 * @cr: where to, in pixels
 * @size: width and height, pixels
 * @random: for the places of things
 *
 * Draws the background.
 */
void
mien_sample_draw_scene (const MienSampleFace *self, cairo_t *cr, double size, VggRandom *random)
{
  const MienColor *a = &self->background[0];
  const MienColor *b = &self->background[1];
  cairo_pattern_t *gradient = cairo_pattern_create_linear (0, 0, size * 0.4, size);

  cairo_pattern_add_color_stop_rgb (gradient, 0, a->red, a->green, a->blue);
  cairo_pattern_add_color_stop_rgb (gradient, 1, (a->red + b->red) / 2, (a->green + b->green) / 2,
                                    (a->blue + b->blue) / 2);
  cairo_set_source (cr, gradient);
  cairo_paint (cr);
  cairo_pattern_destroy (gradient);

  switch (self->scene)
    {
    case MIEN_SCENE_LIGHTS:
      for (guint i = 0; i < 9; i++)
        {
          double x = vgg_random_range (random, 0, size);
          double y = vgg_random_range (random, 0, size);

          cairo_new_path (cr);
          cairo_arc (cr, x, y, vgg_random_range (random, 3, 11), 0, 2 * G_PI);
          mien_color_set (b, cr, 1.25, 0.45);
          cairo_fill (cr);
        }
      break;
    case MIEN_SCENE_STRIPES:
      {
        double step = vgg_random_range (random, 10, 24);

        mien_color_set (b, cr, 1, 0.6);
        cairo_set_line_width (cr, step * 0.45);
        for (double x = vgg_random_range (random, -size, step - size); x < 2 * size; x += step)
          {
            cairo_move_to (cr, x, 0);
            cairo_line_to (cr, x + size * 0.5 * self->side, size);
          }
        cairo_stroke (cr);
      }
      break;
    case MIEN_SCENE_WINDOW:
      {
        double x = vgg_random_range (random, -10, size * 0.7);
        double y = vgg_random_range (random, -10, size * 0.3);

        cairo_rectangle (cr, x, y, size * 0.45, size * 0.55);
        cairo_set_source_rgba (cr, 0.88, 0.93, 0.97, 0.85);
        cairo_fill_preserve (cr);
        mien_color_set (b, cr, 0.7, 1);
        cairo_set_line_width (cr, 4);
        cairo_stroke (cr);
      }
      break;
    case MIEN_SCENE_PLAIN:
    default:
      break;
    }
}
