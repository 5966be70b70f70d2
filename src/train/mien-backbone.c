/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-backbone.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/vgg-weights.h"
#include "train/mien-model-private.h"
#include "train/mien-train-error.h"

/* What torchvision's weights were trained with, times 255. */
static const float torchvision_mean[3] = { 0.485f * 255, 0.456f * 255, 0.406f * 255 };
static const float torchvision_deviation[3] = { 0.229f * 255, 0.224f * 255, 0.225f * 255 };

/**
 * mien_backbone_read:
 * @file: weights, or their metadata only
 * @self: (out caller-allocates): what they are
 * @error: return location; `VGG_ERROR` where the file holds no VGG, `MIEN_TRAIN_ERROR_MODEL` where
 * its preprocessing is damaged
 *
 * Tells the network of a weights file and what its weights were trained with. A file of Mien's own,
 * a model or a checkpoint, says so itself, with mean and deviation; one with PyTorch's names was
 * trained as torchvision does, `standard` with the mean and deviation of ImageNet; any other is
 * taken for the original ImageNet weights, `imagenet`.
 *
 * Returns: %TRUE with @self set
 */
gboolean
mien_backbone_read (VggTensorFile *file, MienBackbone *self, GError **error)
{
  const char *format = vgg_tensor_file_get_metadata (file, "format");

  *self = (MienBackbone){ 0 };
  if (!vgg_weights_detect (file, &self->architecture, error))
    return FALSE;
  self->architecture.n_classes = 0;

  if (format != NULL && g_str_has_prefix (format, "mien-"))
    {
      self->is_trained_here = TRUE;
      if (mien_preprocessing_from_text (vgg_tensor_file_get_metadata (file, "preprocessing"),
                                        &self->preprocessing))
        return TRUE;
      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_MODEL,
                   _ ("“%s” is damaged: its preprocessing cannot be read. Choose another "
                      "backbone"),
                   vgg_tensor_file_get_display_name (file));
      return FALSE;
    }

  if (vgg_tensor_file_get_source (file) != VGG_SOURCE_PYTORCH)
    {
      mien_preprocessing_init (&self->preprocessing, MIEN_PREPROCESSING_IMAGENET);
      return TRUE;
    }

  mien_preprocessing_init (&self->preprocessing, MIEN_PREPROCESSING_STANDARD);
  memcpy (self->preprocessing.mean, torchvision_mean, sizeof torchvision_mean);
  memcpy (self->preprocessing.deviation, torchvision_deviation, sizeof torchvision_deviation);
  return TRUE;
}
