/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-sample-face.h"

#include <math.h>

/* From very light to very dark, so that neither skin nor light tells anything about the mood. */
static const MienColor skins[] = {
  { 0.99, 0.88, 0.79 }, { 0.96, 0.80, 0.67 }, { 0.91, 0.72, 0.56 }, { 0.82, 0.62, 0.45 },
  { 0.71, 0.51, 0.36 }, { 0.60, 0.41, 0.29 }, { 0.50, 0.34, 0.24 },
};

static const MienColor hairs[] = {
  { 0.12, 0.10, 0.10 }, { 0.25, 0.16, 0.10 }, { 0.42, 0.26, 0.14 }, { 0.62, 0.40, 0.20 },
  { 0.85, 0.67, 0.36 }, { 0.70, 0.29, 0.13 }, { 0.72, 0.71, 0.70 }, { 0.93, 0.92, 0.90 },
};

static const MienColor irises[] = {
  { 0.27, 0.17, 0.10 }, { 0.40, 0.26, 0.13 }, { 0.25, 0.43, 0.62 },
  { 0.28, 0.46, 0.32 }, { 0.38, 0.40, 0.44 },
};

static const MienColor cloths[] = {
  { 0.80, 0.28, 0.26 }, { 0.93, 0.62, 0.22 }, { 0.95, 0.84, 0.42 }, { 0.36, 0.62, 0.38 },
  { 0.22, 0.52, 0.58 }, { 0.24, 0.36, 0.62 }, { 0.50, 0.36, 0.60 }, { 0.88, 0.55, 0.62 },
  { 0.25, 0.26, 0.30 }, { 0.90, 0.89, 0.86 },
};

/**
 * mien_color_set:
 * @self: a colour
 * @cr: a drawing
 * @factor: what each channel is multiplied with: below 1 darker, above 1 lighter
 * @alpha: 0 to 1
 *
 * Makes the colour the source of @cr.
 */
void
mien_color_set (const MienColor *self, cairo_t *cr, double factor, double alpha)
{
  cairo_set_source_rgba (cr, MIN (self->red * factor, 1), MIN (self->green * factor, 1),
                         MIN (self->blue * factor, 1), alpha);
}

static double
vary (double channel, double by, VggRandom *random)
{
  double varied = channel + by + vgg_random_range (random, -0.02, 0.02);

  return CLAMP (varied, 0, 1);
}

static MienColor
pick (const MienColor *colors, guint n, VggRandom *random)
{
  MienColor color = colors[vgg_random_below (random, n)];
  double shift = vgg_random_range (random, -0.04, 0.04);

  color.red = vary (color.red, shift, random);
  color.green = vary (color.green, shift, random);
  color.blue = vary (color.blue, shift, random);
  return color;
}

static MienColor
mix (MienColor a, MienColor b, double t)
{
  return (MienColor){ a.red + (b.red - a.red) * t, a.green + (b.green - a.green) * t,
                      a.blue + (b.blue - a.blue) * t };
}

static gboolean
chance (VggRandom *random, double probability)
{
  return vgg_random_uniform (random) < probability;
}

static void
init_person (MienSampleFace *self, VggRandom *random)
{
  static const MienColor black = { 0.10, 0.07, 0.06 };
  static const MienColor red = { 0.72, 0.22, 0.22 };

  self->skin = pick (skins, G_N_ELEMENTS (skins), random);
  self->hair_color = pick (hairs, G_N_ELEMENTS (hairs), random);
  self->brow_color = mix (self->hair_color, black, 0.78);
  self->iris = pick (irises, G_N_ELEMENTS (irises), random);
  self->lips = mix (mix (self->skin, red, vgg_random_range (random, 0.35, 0.75)), black, 0.38);
  self->clothes = pick (cloths, G_N_ELEMENTS (cloths), random);
  self->width = vgg_random_range (random, 0.90, 1.06);
  self->height = vgg_random_range (random, 1.14, 1.32);
  self->jaw = vgg_random_range (random, 0.70, 1.0);
  self->eye_distance = vgg_random_range (random, 0.37, 0.45);
  self->eye_size = vgg_random_range (random, 0.85, 1.15);
  self->nose = vgg_random_range (random, 0.8, 1.25);
  self->mouth_width = vgg_random_range (random, 0.32, 0.44);
  self->brow_width = vgg_random_range (random, 0.075, 0.125);
  self->hair = vgg_random_below (random, MIEN_N_HAIRS);
  self->beard = MIEN_BEARD_NONE;
  if (self->hair != MIEN_HAIR_LONG && self->hair != MIEN_HAIR_BUN && chance (random, 0.45))
    self->beard = MIEN_BEARD_STUBBLE + vgg_random_below (random, 3);
  self->glasses = chance (random, 0.25);
  self->round_glasses = chance (random, 0.5);
  self->frame = pick (cloths, G_N_ELEMENTS (cloths), random);
  self->frame = mix (self->frame, black, 0.6);
  self->freckles = chance (random, 0.15);
  self->blush = chance (random, 0.35);
  self->earrings = chance (random, 0.15);
}

static void
init_shot (MienSampleFace *self, VggRandom *random)
{
  static const MienColor grey = { 0.55, 0.55, 0.55 };

  self->scene = vgg_random_below (random, MIEN_N_SCENES);
  for (guint i = 0; i < 2; i++)
    {
      double dull = vgg_random_range (random, 0.2, 0.7);

      self->background[i] = mix (pick (cloths, G_N_ELEMENTS (cloths), random), grey, dull);
      self->cover_color[i] = pick (cloths, G_N_ELEMENTS (cloths), random);
    }
  self->cover = chance (random, 0.22) ? MIEN_COVER_HAT + vgg_random_below (random, 4)
                                      : MIEN_COVER_NONE;
  self->side = chance (random, 0.5) ? -1 : 1;
  self->scale = vgg_random_range (random, 26.0, 33.0);
  self->x = MIEN_SAMPLE_SIZE * 0.5 + vgg_random_range (random, -6.5, 6.5);
  self->y = MIEN_SAMPLE_SIZE * 0.5 + vgg_random_range (random, -5.5, 4.5);
  self->tilt = vgg_random_range (random, -0.21, 0.21);
  self->light = vgg_random_range (random, 0.05, 0.45);
  self->light_angle = vgg_random_range (random, 0, 2 * G_PI);
  self->contrast = vgg_random_range (random, 0.8, 1.12);
  self->brightness = vgg_random_range (random, -0.07, 0.08);
  self->noise = vgg_random_range (random, 0.005, 0.028);
  self->cast.red = vgg_random_range (random, 0.92, 1.08);
  self->cast.green = vgg_random_range (random, 0.94, 1.04);
  self->cast.blue = vgg_random_range (random, 0.88, 1.10);
}

/* A face at rest differs from person to person about as much as a faint mood does. */
static void
init_rest (MienSampleFace *self, VggRandom *random)
{
  self->mouth = MIEN_MOUTH_LINE;
  self->mouth_curve = vgg_random_range (random, -0.1, 0.1);
  self->mouth_open = 0;
  self->brow_slope = vgg_random_range (random, -0.03, 0.03);
  self->brow_height = vgg_random_range (random, -0.03, 0.04);
  self->brow_arch = vgg_random_range (random, 0.03, 0.08);
  self->lid_upper = vgg_random_range (random, 0.08, 0.28);
  self->lid_slope = vgg_random_range (random, -0.02, 0.02);
  self->lid_lower = vgg_random_range (random, 0.0, 0.15);
  self->gaze_x = vgg_random_range (random, -0.45, 0.45);
  self->gaze_y = vgg_random_range (random, -0.15, 0.2);
  self->frown = 0;
  self->tear = FALSE;
  self->closed_smile = FALSE;
}

/* Adds `t` (0 to 1) of an emotion, by the action units of Ekman and Friesen's Facial Action Coding
 * System: joy raises the cheeks (6) and pulls the lip corners (12); anger lowers the brows (4),
 * tightens lids (7) and lips (23, 24) or bares the teeth; sadness raises the inner brows (1, 4) and
 * depresses the lip corners (15). */
static void
add_emotion (MienSampleFace *self, MienEmotion emotion, double t, VggRandom *random)
{
  switch (emotion)
    {
    case MIEN_EMOTION_JOY:
      self->mouth_curve += 0.25 + 0.75 * t;
      self->mouth_width *= 1 + 0.2 * t;
      self->lid_lower += 0.45 * t;
      self->brow_height += 0.08 * t;
      self->brow_arch += 0.09 * t;
      if (chance (random, 0.2 + 0.5 * t))
        {
          self->mouth = MIEN_MOUTH_SMILE;
          self->mouth_open = 0.35 + 0.6 * t;
        }
      /* Eyes alone show joy only when they are screwed up with it. */
      self->closed_smile = (t > 0.6 && chance (random, 0.35)) || self->cover == MIEN_COVER_SCARF;
      break;

    case MIEN_EMOTION_ANGER:
      self->mouth_curve -= 0.15 + 0.4 * t * vgg_random_uniform (random);
      self->brow_slope += 0.10 + 0.20 * t;
      self->brow_height -= 0.02 + 0.07 * t;
      self->brow_arch *= 1 - 0.8 * t;
      self->lid_upper += 0.18 * t;
      self->lid_slope += 0.05 + 0.10 * t;
      self->lid_lower += 0.2 * t;
      self->frown = t;
      if (chance (random, 0.15 + 0.4 * t))
        {
          self->mouth = MIEN_MOUTH_BARED;
          self->mouth_open = 0.3 + 0.5 * t;
        }
      break;

    case MIEN_EMOTION_SADNESS:
    default:
      self->mouth_curve -= 0.3 + 0.65 * t;
      self->mouth_width *= 1 - 0.1 * t;
      self->brow_slope -= 0.10 + 0.19 * t;
      self->brow_height += 0.06 * t;
      self->lid_upper += 0.12 + 0.18 * t;
      self->lid_slope -= 0.04 + 0.09 * t;
      self->gaze_y += 0.35 * t;
      if (chance (random, 0.25 * t))
        {
          self->mouth = MIEN_MOUTH_WAIL;
          self->mouth_open = 0.2 + 0.5 * t;
        }
      self->tear = t > 0.5 && chance (random, 0.3);
      break;
    }
}

/**
 * mien_sample_face_init:
 * @self: the face to fill
 * @emotion: what it shows
 * @random: where everything else is drawn from
 *
 * Draws up one person, one expression and one shot. Who it is, light, place and cover do not depend
 * on @emotion; only the mouth, the brows and the eyes do. The strength of the expression varies;
 * where a cover hides a part of the face, what is left shows it strongly enough to be told.
 */
void
mien_sample_face_init (MienSampleFace *self, MienEmotion emotion, VggRandom *random)
{
  double strength;

  init_person (self, random);
  init_shot (self, random);
  init_rest (self, random);
  strength = vgg_random_range (random, self->cover == MIEN_COVER_NONE ? 0.55 : 0.85, 1.0);
  add_emotion (self, emotion, strength, random);
}
