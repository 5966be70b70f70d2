/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "engine/vgg-warp.h"

G_BEGIN_DECLS

typedef enum
{
  MIEN_PREPROCESSING_IMAGENET,     /* x - mean; what the ImageNet weights want */
  MIEN_PREPROCESSING_IMAGENET_255, /* (x - mean) / 255 */
  MIEN_PREPROCESSING_UNIT,         /* x / 255 */
  MIEN_PREPROCESSING_STANDARD      /* (x - mean) / deviation, a channel, of the training pictures */
} MienPreprocessingKind;

typedef struct
{
  MienPreprocessingKind kind;
  float mean[3];      /* RGB, 0..255 */
  float deviation[3]; /* RGB, 0..255 */
} MienPreprocessing;

void mien_preprocessing_init (MienPreprocessing *self, MienPreprocessingKind kind);
const char *mien_preprocessing_kind_to_string (MienPreprocessingKind kind);
gboolean mien_preprocessing_kind_from_string (const char *string, MienPreprocessingKind *kind);
void mien_preprocessing_get_tone (const MienPreprocessing *self, float brightness, VggTone *tone);

G_END_DECLS
