/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Follows the marker segments of a JPEG stream, fed in pieces of any size. All zero is the start.
 */
typedef struct
{
  guint state;
  guint8 marker;
  guint remaining; /* bytes of the segment that are still to be passed over */
} MienJpegEnd;

void mien_jpeg_end_feed (MienJpegEnd *self, const guint8 *bytes, gsize n);
gboolean mien_jpeg_end_is_cut (const MienJpegEnd *self);

G_END_DECLS
