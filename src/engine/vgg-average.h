/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-network.h"
#include "engine/vgg-tensor-file.h"

G_BEGIN_DECLS

/* A running average of what trains in a network. The network holds either its own values, to train,
 * or the averages, to be used; the other ones are kept here. */
typedef struct _VggAverage VggAverage;

VggAverage *vgg_average_new (VggNetwork *network, float decay, GError **error);
void vgg_average_free (VggAverage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VggAverage, vgg_average_free)

gsize vgg_average_estimate_bytes (VggNetwork *network);
void vgg_average_update (VggAverage *self);
void vgg_average_show (VggAverage *self, gboolean averages);
void vgg_average_save (VggAverage *self, VggTensorFile *file);
gboolean vgg_average_restore (VggAverage *self, VggTensorFile *file, GError **error);

G_END_DECLS
