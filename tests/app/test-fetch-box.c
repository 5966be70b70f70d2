/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "../train/fetch-server.h"
#include "app-fixture.h"
#include "app/training/mien-fetch-box.h"
#include "train/mien-known-weights.h"

#define SIZE 80134624
#define ARRIVED 3000000

static FetchServer *server;
static GBytes *zeros; /* of the weights' size */

typedef struct
{
  MienWorkspace *workspace;
  GtkWidget *window;
  MienFetchBox *box; /* borrowed */
  char *path;
  char *part;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  g_autofree char *folder = NULL;

  self->path = mien_known_weights_dup_path (mien_known_weights_get_imagenet ());
  self->part = g_strconcat (self->path, ".part", NULL);
  folder = g_path_get_dirname (self->path);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);

  self->workspace = mien_workspace_new ();
  self->box = g_object_new (MIEN_TYPE_FETCH_BOX, NULL);
  mien_fetch_box_set_workspace (self->box, self->workspace);
  self->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (self->window), GTK_WIDGET (self->box));
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  g_autofree char *tag = g_strconcat (self->part, ".tag", NULL);

  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  g_object_unref (self->workspace);
  g_unlink (self->path);
  g_unlink (self->part);
  g_unlink (tag);
  g_free (self->path);
  g_free (self->part);
}

static gpointer
child (Fixture *self, const char *id)
{
  return gtk_widget_get_template_child (GTK_WIDGET (self->box), MIEN_TYPE_FETCH_BOX, id);
}

static gboolean
shows (Fixture *self, const char *id)
{
  return gtk_widget_get_visible (child (self, id));
}

static gboolean
says (Fixture *self, const char *id, const char *part)
{
  return strstr (gtk_label_get_label (child (self, id)), part) != NULL;
}

static const char *
button_label (Fixture *self)
{
  return gtk_label_get_label (GTK_LABEL (gtk_button_get_child (child (self, "fetch_button"))));
}

static void
click (Fixture *self, const char *id)
{
  g_assert_true (shows (self, id));
  g_signal_emit_by_name (child (self, id), "clicked");
}

static gboolean
has_ended (gpointer user_data)
{
  return shows (user_data, "fetch_button");
}

static gboolean
has_arrived (gpointer user_data)
{
  Fixture *self = user_data;
  GStatBuf status;

  return g_stat (self->part, &status) == 0 && status.st_size >= ARRIVED;
}

/* Nobody writes to the part any more. */
static gboolean
is_free (gpointer user_data)
{
  Fixture *self = user_data;
  int fd = g_open (self->part, O_RDONLY | O_CLOEXEC, 0);
  gboolean locked;

  g_assert_cmpint (fd, >=, 0);
  locked = flock (fd, LOCK_EX | LOCK_NB) != 0;
  close (fd);
  return !locked;
}

static void
assert_idle (Fixture *self)
{
  g_assert_true (shows (self, "fetch_button"));
  g_assert_false (shows (self, "cancel_button"));
  g_assert_false (shows (self, "progress_bar"));
}

static void
begin_and_stall (Fixture *self)
{
  fetch_server_set (
    server,
    (FetchAnswer){ .bytes = zeros, .tag = "\"zeros\"", .break_after = ARRIVED, .stalls = TRUE });
  click (self, "fetch_button");
  g_assert_false (shows (self, "fetch_button"));
  g_assert_true (shows (self, "cancel_button"));
  g_assert_true (shows (self, "progress_bar"));
  app_fixture_wait_for (has_arrived, self);
}

static void
test_idle (Fixture *self, gconstpointer unused)
{
  assert_idle (self);
  g_assert_false (shows (self, "error_label"));
  g_assert_true (says (self, "status_label", "storage.googleapis.com"));
  g_assert_nonnull (strstr (button_label (self), "80.1"));
  g_assert_cmpuint (fetch_server_count (server), ==, 0);
}

static void
test_cancel (Fixture *self, gconstpointer unused)
{
  g_autofree char *range = NULL;
  g_autofree char *expected = g_strdup_printf ("bytes=%d-", ARRIVED);
  g_autofree char *idle = g_strdup (button_label (self));

  begin_and_stall (self);
  click (self, "cancel_button");
  app_fixture_wait_for (has_ended, self);
  assert_idle (self);
  g_assert_false (shows (self, "error_label"));
  g_assert_true (says (self, "status_label", "3.0"));
  g_assert_cmpstr (button_label (self), !=, idle);

  /* It goes on; these bytes are not the weights, so that all of them go. */
  fetch_server_set (server, (FetchAnswer){ .bytes = zeros, .tag = "\"zeros\"" });
  click (self, "fetch_button");
  app_fixture_wait_for (has_ended, self);
  range = fetch_server_dup_range (server);
  g_assert_cmpstr (range, ==, expected);
  g_assert_true (shows (self, "error_label"));
  g_assert_true (says (self, "error_label", "253f8cb515780f3b799900260a226db6"));
  g_assert_cmpstr (button_label (self), ==, idle);
  g_assert_false (g_file_test (self->part, G_FILE_TEST_EXISTS));
  g_assert_null (mien_workspace_get_settings (self->workspace)->weights);
}

static void
test_failure (Fixture *self, gconstpointer unused)
{
  fetch_server_set (server, (FetchAnswer){ .status = 503 });
  click (self, "fetch_button");
  app_fixture_wait_for (has_ended, self);
  assert_idle (self);
  g_assert_true (shows (self, "error_label"));
  g_assert_true (says (self, "error_label", "503"));

  /* The next try takes the message away. */
  begin_and_stall (self);
  g_assert_false (shows (self, "error_label"));
}

static void
test_close (Fixture *self, gconstpointer unused)
{
  begin_and_stall (self);
  g_assert_false (is_free (self));
  gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&self->window)));
  app_fixture_wait_for (is_free, self);
  g_assert_true (has_arrived (self));
}

/* Got by the command line, say, while the window is open. */
static void
test_there (Fixture *self, gconstpointer unused)
{
  g_assert_true (g_file_set_contents (self->path, "", 0, NULL));
  g_assert_cmpint (truncate (self->path, SIZE), ==, 0);
  gtk_window_present (GTK_WINDOW (self->window));
  g_assert_false (shows (self, "fetch_button"));
  g_assert_false (shows (self, "cancel_button"));
  g_assert_false (shows (self, "progress_bar"));
  g_assert_false (shows (self, "error_label"));
  g_assert_true (says (self, "status_label", "CC BY 4.0"));
}

int
main (int argc, char **argv)
{
  g_autofree char *data = app_fixture_make_folder ();
  g_autofree char *address = NULL;
  int status;

  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_unsetenv ("http_proxy");
  g_unsetenv ("all_proxy");
  gtk_test_init (&argc, &argv);
  adw_init ();
  server = fetch_server_new ();
  address = fetch_server_dup_address (server, "/");
  g_setenv ("MIEN_WEIGHTS_MIRROR", address, TRUE);
  zeros = g_bytes_new_take (g_malloc0 (SIZE), SIZE);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/fetch-box/idle", test_idle);
  ADD ("/fetch-box/cancel", test_cancel);
  ADD ("/fetch-box/failure", test_failure);
  ADD ("/fetch-box/close", test_close);
  ADD ("/fetch-box/there", test_there);
#undef ADD
  status = g_test_run ();

  fetch_server_free (server);
  g_bytes_unref (zeros);
  app_fixture_remove (data);
  return status;
}
