/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-preprocessing.h"

#include <string.h>

/* Means of the ImageNet training pictures, RGB, 0..255: what the ImageNet weights were trained with
 * (Simonyan and Zisserman, arXiv:1409.1556, section 2.1; figures of the authors' release). */
static const float imagenet_mean[3] = { 123.68f, 116.779f, 103.939f };

static const char *const names[] = {
  [MIEN_PREPROCESSING_IMAGENET] = "imagenet",
  [MIEN_PREPROCESSING_IMAGENET_255] = "imagenet-255",
  [MIEN_PREPROCESSING_UNIT] = "unit",
  [MIEN_PREPROCESSING_STANDARD] = "standard",
};

/**
 * mien_preprocessing_init:
 * @self: (out caller-allocates): a preprocessing
 * @kind: the preset
 *
 * Sets the preset's figures. Every preset is (x - mean) / deviation a channel: `imagenet` has the
 * ImageNet means and a deviation of 1, `imagenet-255` the same means and 255, `unit` a mean of 0
 * and 255. `standard` starts with 0 and 1, that is, unchanged pixels, until mien_loader_measure()
 * or a stored model fills it in.
 */
void
mien_preprocessing_init (MienPreprocessing *self, MienPreprocessingKind kind)
{
  gboolean has_means = kind == MIEN_PREPROCESSING_IMAGENET ||
                       kind == MIEN_PREPROCESSING_IMAGENET_255;
  gboolean is_255 = kind == MIEN_PREPROCESSING_IMAGENET_255 || kind == MIEN_PREPROCESSING_UNIT;

  self->kind = kind;
  for (guint c = 0; c < 3; c++)
    {
      self->mean[c] = has_means ? imagenet_mean[c] : 0.0f;
      self->deviation[c] = is_255 ? 255.0f : 1.0f;
    }
}

/**
 * mien_preprocessing_kind_to_string:
 * @kind: a preset
 *
 * Returns: its name in files and on the command line, never translated
 */
const char *
mien_preprocessing_kind_to_string (MienPreprocessingKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (names), "");

  return names[kind];
}

/**
 * mien_preprocessing_kind_from_string:
 * @string: a name, as mien_preprocessing_kind_to_string() gives it
 * @kind: (out): the preset
 *
 * Returns: %FALSE where there is no preset of that name
 */
gboolean
mien_preprocessing_kind_from_string (const char *string, MienPreprocessingKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (string, names[i]) == 0)
      {
        *kind = (MienPreprocessingKind) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * mien_preprocessing_get_tone:
 * @self: a preprocessing
 * @brightness: a factor for pixels before it, which stay within 0..255
 * @tone: (out caller-allocates): both together, for vgg_warp_bilinear()
 *
 * Tells how pixels become network input: (x - mean) / deviation, a channel. A deviation below 1
 * counts as 1: a channel that hardly changes carries noise, which is not to be blown up.
 */
void
mien_preprocessing_get_tone (const MienPreprocessing *self, float brightness, VggTone *tone)
{
  tone->factor = brightness;
  for (guint c = 0; c < 3; c++)
    {
      tone->scale[c] = 1.0f / MAX (self->deviation[c], 1.0f);
      tone->shift[c] = -self->mean[c] * tone->scale[c];
    }
}
