/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "engine/vgg-random.h"

G_BEGIN_DECLS

/* How the pictures of a batch were mixed with each other. */
typedef struct
{
  float alpha;
  guint *order;        /* (batch): each picture is mixed with the next, the last with the first */
  guint *other_labels; /* (batch): of the picture that each one is mixed with */
  double share;        /* of each picture itself; the other's is 1 - share */
} VggMixup;

VggMixup *vgg_mixup_new (float alpha, guint batch);
void vgg_mixup_free (VggMixup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VggMixup, vgg_mixup_free)

void vgg_mixup_batch (VggMixup *self,
                      float *pictures,
                      gsize length,
                      const guint *labels,
                      guint n,
                      VggRandom *random);

G_END_DECLS
