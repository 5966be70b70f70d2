/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-face.h"

G_BEGIN_DECLS

gboolean mien_faces_can_find (void);
GArray *mien_faces_find (GdkPixbuf *picture, GError **error);
gboolean mien_faces_measure (GdkPixbuf *picture, double *share, GError **error);

G_END_DECLS
