/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <gdk-pixbuf/gdk-pixbuf.h>

#include "engine/vgg-random.h"

G_BEGIN_DECLS

/* Width and height of a sample picture, pixels. */
#define MIEN_SAMPLE_SIZE 96

typedef enum
{
  MIEN_EMOTION_ANGER,
  MIEN_EMOTION_JOY,
  MIEN_EMOTION_SADNESS
} MienEmotion;

#define MIEN_N_EMOTIONS 3

typedef struct
{
  double red, green, blue; /* 0 to 1 */
} MienColor;

typedef enum
{
  MIEN_HAIR_BALD,
  MIEN_HAIR_SHORT,
  MIEN_HAIR_SIDE,
  MIEN_HAIR_CURLY,
  MIEN_HAIR_LONG,
  MIEN_HAIR_BUN,
  MIEN_N_HAIRS
} MienHair;

typedef enum
{
  MIEN_BEARD_NONE,
  MIEN_BEARD_STUBBLE,
  MIEN_BEARD_MOUSTACHE,
  MIEN_BEARD_FULL
} MienBeard;

typedef enum
{
  MIEN_COVER_NONE,
  MIEN_COVER_HAT,
  MIEN_COVER_SCARF,
  MIEN_COVER_HAND,
  MIEN_COVER_LOCK /* of hair, over one eye */
} MienCover;

typedef enum
{
  MIEN_MOUTH_LINE,
  MIEN_MOUTH_SMILE, /* open, teeth above */
  MIEN_MOUTH_BARED, /* both rows of teeth */
  MIEN_MOUTH_WAIL   /* open, corners down */
} MienMouth;

typedef enum
{
  MIEN_SCENE_PLAIN,
  MIEN_SCENE_LIGHTS,
  MIEN_SCENE_STRIPES,
  MIEN_SCENE_WINDOW,
  MIEN_N_SCENES
} MienScene;

/* One drawn person in one moment. Lengths are in units of about half a face's width, y downwards,
 * the origin between nose and eyes; the sign of the slopes is that of the outer end's height above
 * the inner one. */
typedef struct
{
  /* who */
  MienColor skin, hair_color, brow_color, iris, lips, clothes;
  double width, height, jaw;
  double eye_distance, eye_size, nose, mouth_width, brow_width;
  MienHair hair;
  MienBeard beard;
  gboolean glasses, round_glasses, freckles, blush, earrings;
  MienColor frame;

  /* the expression: all that depends on the emotion */
  MienMouth mouth;
  double mouth_curve; /* -1: corners down … 1: up */
  double mouth_open;  /* 0 to 1 */
  double brow_slope;
  double brow_height; /* above the resting one */
  double brow_arch;
  double lid_upper; /* 0: wide open … 1: closed */
  double lid_slope;
  double lid_lower; /* 0 … 1: pushed up by the cheeks */
  double gaze_x, gaze_y;
  double frown; /* 0 to 1: the folds between the brows */
  gboolean tear, closed_smile;

  /* the shot */
  MienScene scene;
  MienColor background[2];
  MienCover cover;
  MienColor cover_color[2];
  double side;               /* -1 or 1: where a cover or parting is */
  double x, y, scale, tilt;  /* of the face: pixels, pixels, pixels a unit, radians */
  double light, light_angle; /* 0 to 1, radians */
  double contrast, brightness, noise;
  MienColor cast;
} MienSampleFace;

void mien_color_set (const MienColor *self, cairo_t *cr, double factor, double alpha);
void mien_sample_face_init (MienSampleFace *self, MienEmotion emotion, VggRandom *random);
void mien_sample_draw_head (const MienSampleFace *self, cairo_t *cr, VggRandom *random);
void mien_sample_draw_expression (const MienSampleFace *self, cairo_t *cr);
void mien_sample_draw_front (const MienSampleFace *self, cairo_t *cr);
void
mien_sample_draw_scene (const MienSampleFace *self, cairo_t *cr, double size, VggRandom *random);
GdkPixbuf *mien_sample_picture_new (MienEmotion emotion, VggRandom *random);

G_END_DECLS
