/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-sample-face.h"

#include <math.h>

#define EYE_Y (-0.10)
#define EYE_WIDTH 0.20  /* half of it */
#define EYE_HEIGHT 0.17 /* half of it */
#define BROW_Y (-0.40)
#define MOUTH_Y 0.60

/* The opening between the lids, from the inner corner (left) over the outer one and back. */
static void
trace_eye (const MienSampleFace *self, cairo_t *cr)
{
  double w = EYE_WIDTH * self->eye_size;
  double h = EYE_HEIGHT * self->eye_size;
  double top = -h * 1.5 * (1 - MIN (self->lid_upper, 0.75));
  double bottom = h * 1.3 * (1 - 0.8 * MIN (self->lid_lower, 0.9));
  double slope = self->lid_slope;

  cairo_new_path (cr);
  cairo_move_to (cr, -w, slope * 0.4);
  cairo_curve_to (cr, -0.55 * w, top + slope, 0.55 * w, top - slope, w, -slope * 0.4);
  cairo_curve_to (cr, 0.55 * w, bottom, -0.55 * w, bottom, -w, slope * 0.4);
  cairo_close_path (cr);
}

/* An eye pressed shut by the cheeks, as in a hearty laugh. */
static void
draw_laughing_eye (const MienSampleFace *self, cairo_t *cr)
{
  double w = EYE_WIDTH * self->eye_size;

  cairo_move_to (cr, -w, 0.06);
  cairo_curve_to (cr, -0.5 * w, -0.13, 0.5 * w, -0.13, w, 0.06);
  mien_color_set (&self->brow_color, cr, 0.6, 1);
  cairo_set_line_width (cr, 0.07);
  cairo_stroke (cr);
}

static void
draw_eye (const MienSampleFace *self, cairo_t *cr, double side)
{
  double w = EYE_WIDTH * self->eye_size;
  double h = EYE_HEIGHT * self->eye_size;
  double top = -h * 1.5 * (1 - MIN (self->lid_upper, 0.75));
  double iris = 0.135 * self->eye_size;
  double gaze_x = self->gaze_x * 0.11 * side;
  double gaze_y = self->gaze_y * 0.10;

  if (self->closed_smile)
    {
      draw_laughing_eye (self, cr);
      return;
    }

  trace_eye (self, cr);
  cairo_save (cr);
  cairo_clip (cr);
  cairo_set_source_rgb (cr, 0.97, 0.97, 0.95);
  cairo_paint (cr);
  cairo_arc (cr, gaze_x, gaze_y, iris, 0, 2 * G_PI);
  mien_color_set (&self->iris, cr, 1, 1);
  cairo_fill (cr);
  cairo_arc (cr, gaze_x, gaze_y, iris * 0.55, 0, 2 * G_PI);
  cairo_set_source_rgb (cr, 0.05, 0.04, 0.05);
  cairo_fill (cr);
  cairo_arc (cr, gaze_x + 0.045 * side, gaze_y - 0.05, 0.035, 0, 2 * G_PI);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_fill (cr);
  cairo_restore (cr);

  cairo_new_path (cr);
  cairo_move_to (cr, -w, self->lid_slope * 0.4);
  cairo_curve_to (cr, -0.55 * w, top + self->lid_slope, 0.55 * w, top - self->lid_slope, w * 1.08,
                  -self->lid_slope * 0.4);
  mien_color_set (&self->brow_color, cr, 0.5, 1);
  cairo_set_line_width (cr, 0.055);
  cairo_stroke (cr);
}

static void
draw_brow (const MienSampleFace *self, cairo_t *cr)
{
  double inner = self->brow_slope;
  double outer = -self->brow_slope * 0.75;

  cairo_move_to (cr, -0.24, inner);
  cairo_curve_to (cr, -0.05, inner * 0.45 - self->brow_arch, 0.10, outer * 0.5 - self->brow_arch,
                  0.26, outer + self->brow_arch * 0.4);
  mien_color_set (&self->brow_color, cr, 1, 1);
  cairo_set_line_width (cr, self->brow_width);
  cairo_stroke (cr);
}

static void
draw_frown (const MienSampleFace *self, cairo_t *cr)
{
  mien_color_set (&self->skin, cr, 0.55, 0.8 * self->frown);
  cairo_set_line_width (cr, 0.04);
  for (int side = -1; side <= 1; side += 2)
    {
      cairo_move_to (cr, side * 0.07, -0.38);
      cairo_line_to (cr, side * 0.05, -0.22);
      cairo_stroke (cr);
    }
}

static void
draw_tear (const MienSampleFace *self, cairo_t *cr)
{
  double x = self->side * (self->eye_distance + 0.06);

  cairo_move_to (cr, x, 0.06);
  cairo_curve_to (cr, x + 0.12, 0.28, x + 0.07, 0.36, x, 0.36);
  cairo_curve_to (cr, x - 0.07, 0.36, x - 0.12, 0.28, x, 0.06);
  cairo_set_source_rgba (cr, 0.62, 0.82, 0.96, 0.9);
  cairo_fill (cr);
}

static void
draw_mouth_line (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->mouth_width;
  double corner = -0.17 * self->mouth_curve;
  double middle = 0.15 * self->mouth_curve;

  cairo_move_to (cr, -w, corner);
  cairo_curve_to (cr, -0.5 * w, middle, 0.5 * w, middle, w, corner);
  mien_color_set (&self->lips, cr, 0.75, 1);
  cairo_set_line_width (cr, 0.085);
  cairo_stroke (cr);
  cairo_move_to (cr, -0.35 * w, middle * 0.75 + 0.12);
  cairo_curve_to (cr, -0.15 * w, middle * 0.85 + 0.15, 0.15 * w, middle * 0.85 + 0.15, 0.35 * w,
                  middle * 0.75 + 0.12);
  mien_color_set (&self->lips, cr, 1, 0.55);
  cairo_set_line_width (cr, 0.06);
  cairo_stroke (cr);
}

static void
draw_smile (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->mouth_width * 1.1;
  double corner = -0.14 * self->mouth_curve;
  double middle = 0.02 * self->mouth_curve;
  double bottom = middle + 0.52 * self->mouth_open;

  cairo_move_to (cr, -w, corner);
  cairo_curve_to (cr, -0.5 * w, middle, 0.5 * w, middle, w, corner);
  cairo_curve_to (cr, 0.75 * w, bottom, -0.75 * w, bottom, -w, corner);
  cairo_close_path (cr);
  cairo_set_source_rgb (cr, 0.38, 0.08, 0.10);
  cairo_fill_preserve (cr);
  cairo_save (cr);
  cairo_clip_preserve (cr);
  cairo_new_path (cr);
  cairo_rectangle (cr, -w, corner, 2 * w, middle - corner + 0.15 * self->mouth_open + 0.03);
  cairo_set_source_rgb (cr, 0.98, 0.97, 0.94);
  cairo_fill (cr);
  cairo_arc (cr, 0, bottom, 0.2, 0, 2 * G_PI);
  cairo_set_source_rgb (cr, 0.83, 0.38, 0.40);
  cairo_fill (cr);
  cairo_restore (cr);
  cairo_move_to (cr, -w, corner);
  cairo_curve_to (cr, -0.5 * w, middle, 0.5 * w, middle, w, corner);
  cairo_curve_to (cr, 0.75 * w, bottom, -0.75 * w, bottom, -w, corner);
  cairo_close_path (cr);
  mien_color_set (&self->lips, cr, 0.9, 1);
  cairo_set_line_width (cr, 0.05);
  cairo_stroke (cr);
}

/* The lips drawn back from both rows of teeth: a rounded trapezium, wider below. */
static void
trace_bared (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->mouth_width;
  double h = 0.10 + 0.12 * self->mouth_open;

  cairo_new_path (cr);
  cairo_move_to (cr, -0.75 * w, -h * 0.75);
  cairo_curve_to (cr, -0.3 * w, -h * 1.15, 0.3 * w, -h * 1.15, 0.75 * w, -h * 0.75);
  cairo_curve_to (cr, 1.05 * w, -h * 0.2, 1.2 * w, h * 0.9, 1.0 * w, h);
  cairo_curve_to (cr, 0.5 * w, h * 0.8, -0.5 * w, h * 0.8, -1.0 * w, h);
  cairo_curve_to (cr, -1.2 * w, h * 0.9, -1.05 * w, -h * 0.2, -0.75 * w, -h * 0.75);
  cairo_close_path (cr);
}

static void
draw_bared (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->mouth_width;
  double h = 0.10 + 0.12 * self->mouth_open;

  trace_bared (self, cr);
  cairo_set_source_rgb (cr, 0.97, 0.96, 0.92);
  cairo_fill (cr);
  cairo_set_source_rgba (cr, 0.35, 0.25, 0.25, 0.8);
  cairo_set_line_width (cr, 0.03);
  cairo_move_to (cr, -w, 0.02);
  cairo_line_to (cr, w, 0.02);
  for (int i = -2; i <= 2; i++)
    {
      cairo_move_to (cr, i * 0.36 * w, -h * 0.8);
      cairo_line_to (cr, i * 0.40 * w, h * 0.75);
    }
  cairo_stroke (cr);
  trace_bared (self, cr);
  mien_color_set (&self->lips, cr, 0.7, 1);
  cairo_set_line_width (cr, 0.065);
  cairo_stroke (cr);
}

static void
draw_wail (const MienSampleFace *self, cairo_t *cr)
{
  double w = self->mouth_width * 0.85;
  double corner = -0.17 * self->mouth_curve;
  double top = -0.16 - 0.25 * self->mouth_open;

  cairo_move_to (cr, -w, corner);
  cairo_curve_to (cr, -0.7 * w, top, 0.7 * w, top, w, corner);
  cairo_curve_to (cr, 0.5 * w, corner - 0.06, -0.5 * w, corner - 0.06, -w, corner);
  cairo_close_path (cr);
  cairo_set_source_rgb (cr, 0.36, 0.08, 0.10);
  cairo_fill_preserve (cr);
  mien_color_set (&self->lips, cr, 0.8, 1);
  cairo_set_line_width (cr, 0.07);
  cairo_stroke (cr);
}

/**
 * mien_sample_draw_expression:
 * @self: a face
 * @cr: where to, in face units
 *
 * Draws what the emotion decides: eyes with lids, brows and the folds between them, mouth.
 */
void
mien_sample_draw_expression (const MienSampleFace *self, cairo_t *cr)
{
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);

  for (int side = -1; side <= 1; side += 2)
    {
      cairo_save (cr);
      cairo_translate (cr, side * self->eye_distance, EYE_Y);
      cairo_scale (cr, side, 1);
      draw_eye (self, cr, side);
      cairo_translate (cr, 0.02, BROW_Y - EYE_Y - self->brow_height);
      draw_brow (self, cr);
      cairo_restore (cr);
    }
  if (self->frown > 0)
    draw_frown (self, cr);
  if (self->tear)
    draw_tear (self, cr);

  cairo_save (cr);
  cairo_translate (cr, 0, MOUTH_Y * self->height / 1.22);
  switch (self->mouth)
    {
    case MIEN_MOUTH_SMILE:
      draw_smile (self, cr);
      break;
    case MIEN_MOUTH_BARED:
      draw_bared (self, cr);
      break;
    case MIEN_MOUTH_WAIL:
      draw_wail (self, cr);
      break;
    case MIEN_MOUTH_LINE:
    default:
      draw_mouth_line (self, cr);
      break;
    }
  cairo_restore (cr);
}
