/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-tensor-file.h"

G_BEGIN_DECLS

typedef struct
{
  char *name; /* owned */
  VggShape shape;
  VggTensor *tensor; /* owned; NULL where only the metadata were loaded */
  gboolean borrowed; /* the tensor's numbers are somebody else's */
  gboolean half;     /* written as F16 */
} VggTensorEntry;

struct _VggTensorFile
{
  VggSource source;
  char *display_name;  /* owned; of the file it was read from, for messages; NULL: made in memory */
  gboolean borrows;    /* what networks and optimisers add is not copied */
  GPtrArray *entries;  /* owned, of VggTensorEntry, in the order of addition */
  GHashTable *by_name; /* owned; names and entries are borrowed from `entries` */
  GHashTable *metadata; /* owned; string to string, both owned */
};

gboolean vgg_tensor_file_refuse (VggTensorFile *self, GError **error, const char *format, ...)
  G_GNUC_PRINTF (3, 4);
void vgg_tensor_file_add_entry (VggTensorFile *self,
                                const char *name,
                                const VggShape *shape,
                                VggTensor *tensor);
void vgg_tensor_file_add_copy (VggTensorFile *self,
                               const char *name,
                               const VggShape *shape,
                               const float *values);
gboolean vgg_tensor_file_rename (VggTensorFile *self, GHashTable *names, GError **error);

G_END_DECLS
