/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The strip under every view while something runs. Property "workspace" (MienWorkspace). */
#define MIEN_TYPE_JOB_STRIP (mien_job_strip_get_type ())
G_DECLARE_FINAL_TYPE (MienJobStrip, mien_job_strip, MIEN, JOB_STRIP, GtkWidget)

MienWorkspace *mien_job_strip_get_workspace (MienJobStrip *self);
void mien_job_strip_set_workspace (MienJobStrip *self, MienWorkspace *workspace);
gboolean mien_job_strip_is_revealed (MienJobStrip *self);
const char *mien_job_strip_get_text (MienJobStrip *self);

G_END_DECLS
