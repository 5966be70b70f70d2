/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "data/mien-dataset.h"

G_BEGIN_DECLS

/* A folder that a test has to itself. */
typedef struct
{
  char *directory;
} FolderFixture;

void folder_fixture_test (const char *path, void (*func) (FolderFixture *, gconstpointer));
void folder_fixture_add (FolderFixture *fixture, const char *folder, guint first, guint n);

char *fixture_make_directory (void);
void fixture_remove (const char *path);
char *fixture_path (const char *directory, const char *format, ...) G_GNUC_PRINTF (2, 3);
GdkPixbuf *fixture_picture (guint width, guint height, guint seed);
void fixture_save (GdkPixbuf *picture, const char *path, const char *type);
void fixture_write (const char *path, const void *bytes, gsize n);
void fixture_add (const char *directory, const char *relative, guint seed);
void fixture_truncate (const char *path, gsize n);
MienDataset *fixture_scan (const char *directory, guint64 seed);

G_END_DECLS
