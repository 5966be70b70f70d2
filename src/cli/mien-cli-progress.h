/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-progress.h"

G_BEGIN_DECLS

/* A line on standard error that is drawn again and again; nothing where that is no terminal. */
typedef struct
{
  gboolean terminal;
  gboolean shown;
} MienCliProgress;

void mien_cli_progress_init (MienCliProgress *self);
void mien_cli_progress_show (MienCliProgress *self,
                             const char *title,
                             guint64 done,
                             guint64 total,
                             const char *tail);
void mien_cli_progress_clear (MienCliProgress *self);
void mien_cli_progress_report (const MienProgress *progress, gpointer user_data);

G_END_DECLS
