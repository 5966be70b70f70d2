/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One block of memory that a plan is cut from. Without a block it only measures. */
typedef struct
{
  char *block;     /* borrowed; NULL: measure */
  gsize size;      /* bytes handed out so far, or that would have been */
  gboolean failed; /* a size did not fit what the machine, or BLAS, can address; sticks */
} VggArena;

void *vgg_arena_take (VggArena *self, gsize n, gsize element_size);
float *vgg_arena_take_floats (VggArena *self, gsize rows, gsize columns);

G_END_DECLS
