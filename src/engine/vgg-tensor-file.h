/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "engine/vgg-tensor.h"

G_BEGIN_DECLS

/* Where a set of tensors comes from; names and channel order in it are already Mien's own. */
typedef enum
{
  VGG_SOURCE_MIEN,    /* .safetensors with Mien's names, RGB */
  VGG_SOURCE_PYTORCH, /* .safetensors with "features.0.weight" …, RGB, 0..1, mean and deviation */
  VGG_SOURCE_KERAS    /* .h5 without top: HWIO and BGR in the file */
} VggSource;

/* Named tensors and string metadata, in memory: what a .safetensors file holds. */
typedef struct _VggTensorFile VggTensorFile;

VggTensorFile *vgg_tensor_file_new (void);
VggTensorFile *vgg_tensor_file_new_borrowing (void);
void vgg_tensor_file_free (VggTensorFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VggTensorFile, vgg_tensor_file_free)

VggTensorFile *vgg_tensor_file_load (const char *path, GError **error);
VggTensorFile *vgg_tensor_file_load_metadata (const char *path, GError **error);
gboolean vgg_tensor_file_save (VggTensorFile *self, const char *path, GError **error);

const char *vgg_tensor_file_get_display_name (VggTensorFile *self);
VggSource vgg_tensor_file_get_source (VggTensorFile *self);
guint vgg_tensor_file_get_n_tensors (VggTensorFile *self);
const char *vgg_tensor_file_get_name (VggTensorFile *self, guint index);
const VggTensor *vgg_tensor_file_get (VggTensorFile *self, const char *name);
const VggShape *vgg_tensor_file_get_shape (VggTensorFile *self, const char *name);
void vgg_tensor_file_add (VggTensorFile *self, const char *name, VggTensor *tensor);
void vgg_tensor_file_set_half (VggTensorFile *self, const char *name);
const char *vgg_tensor_file_get_metadata (VggTensorFile *self, const char *key);
void vgg_tensor_file_set_metadata (VggTensorFile *self, const char *key, const char *value);

G_END_DECLS
