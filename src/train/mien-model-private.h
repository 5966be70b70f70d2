/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-model.h"

G_BEGIN_DECLS

/* What the metadata of a model file say, checked; everything but the weights. */
typedef struct
{
  VggArchitecture architecture;
  char **classes; /* NULL-terminated */
  MienPreprocessing preprocessing;
  MienSettings *settings;
  MienModelInfo info;
  double temperature; /* 1: none */
  double threshold;
} MienModelHeader;

void mien_model_header_clear (MienModelHeader *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MienModelHeader, mien_model_header_clear)
gboolean mien_model_header_is_in (VggTensorFile *file);
gboolean mien_model_header_read (VggTensorFile *file,
                                 const char *path,
                                 MienModelHeader *header,
                                 GError **error);
void mien_model_header_write (const MienModelHeader *header, VggTensorFile *file);

VggNetwork *mien_model_copy_convolutions (MienModel *self, GError **error);

char *mien_preprocessing_to_text (const MienPreprocessing *preprocessing);
gboolean mien_preprocessing_from_text (const char *text, MienPreprocessing *preprocessing);

G_END_DECLS
