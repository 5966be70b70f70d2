/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"

G_BEGIN_DECLS

double mien_face_share_measure (MienDataset *dataset,
                                const guint *pictures,
                                guint n,
                                GCancellable *cancellable);

G_END_DECLS
