/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What was dropped or pasted: files, a model of GFile, or one picture without a file; the other one
 * is NULL. */
typedef gboolean (*MienDropFunc) (GtkWidget *widget, GListModel *files, GdkTexture *texture);

void mien_drop_add_target (GtkWidget *widget, gboolean textures, MienDropFunc dropped);
GListModel *mien_drop_files_from_value (const GValue *value);
gboolean mien_drop_take_value (GtkWidget *widget, const GValue *value, MienDropFunc dropped);

G_END_DECLS
