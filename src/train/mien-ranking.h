/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Something with a score, and whether it is what was looked for. */
typedef struct
{
  float score;
  gboolean hit;
} MienRanked;

MienRanked *mien_rank (const float *scores, const gboolean *hits, guint n);

G_END_DECLS
