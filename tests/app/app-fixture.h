/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* Pictures that app_fixture_write_dataset() makes of each of its two classes, "dark" and "light".
 */
#define APP_FIXTURE_TRAIN 6
#define APP_FIXTURE_TEST 2

/* A page in a window of its own, with its workspace and a folder; the test's data is the page's
 * GType. */
typedef struct
{
  char *folder;
  MienWorkspace *workspace;
  GtkWidget *window;
  gpointer page; /* borrowed from the window */
} AppPageFixture;

void app_page_fixture_set_up (AppPageFixture *fixture, gconstpointer type);
void app_page_fixture_tear_down (AppPageFixture *fixture, gconstpointer type);
gpointer app_page_fixture_child (AppPageFixture *fixture, const char *id);

char *app_fixture_make_folder (void);
void app_fixture_remove (const char *path);
char *app_fixture_write_picture (const char *folder,
                                 const char *name,
                                 int width,
                                 int height,
                                 guint32 rgb);
void app_fixture_write_file (const char *folder, const char *name, const char *content);
void app_fixture_write_dataset (const char *folder);
MienDataset *app_fixture_scan (const char *folder);
MienModel *app_fixture_make_model (void);
MienModel *app_fixture_make_face_model (double share);

void app_fixture_wait_for (gboolean (*done) (gpointer user_data), gpointer user_data);
void app_fixture_wait_while_busy (MienWorkspace *workspace);

G_END_DECLS
