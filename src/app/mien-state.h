/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the window remembers from one start to the next; works without an installed schema, and then
 * forgets. */
#define MIEN_TYPE_STATE (mien_state_get_type ())
G_DECLARE_FINAL_TYPE (MienState, mien_state, MIEN, STATE, GObject)

typedef enum
{
  MIEN_FOLDER_DATASET, /* the last data set itself */
  MIEN_FOLDER_MODELS,
  MIEN_FOLDER_PICTURES
} MienFolder;

MienState *mien_state_new (void);
void mien_state_get_window (MienState *self, int *width, int *height, gboolean *maximized);
void mien_state_set_window (MienState *self, int width, int height, gboolean maximized);
char *mien_state_dup_view (MienState *self);
void mien_state_set_view (MienState *self, const char *view);
char *mien_state_dup_folder (MienState *self, MienFolder folder);
void mien_state_set_folder (MienState *self, MienFolder folder, const char *uri);

G_END_DECLS
