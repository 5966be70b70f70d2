/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-fixture.h"

#include <string.h>

void
session_fixture_set_up (SessionFixture *self, gconstpointer data)
{
  self->folder = train_fixture_make_folder ();
  self->pictures = g_build_filename (self->folder, "pictures", NULL);
  self->run = g_build_filename (self->folder, "run", NULL);
  self->dataset = train_fixture_make_dataset (self->pictures, 11, 5, 0);
  self->settings = train_fixture_settings ();
}

void
session_fixture_tear_down (SessionFixture *self, gconstpointer data)
{
  mien_settings_free (self->settings);
  mien_dataset_unref (self->dataset);
  g_free (self->run);
  g_free (self->pictures);
  train_fixture_remove_folder (self->folder);
}

MienSession *
session_fixture_make (SessionFixture *self, const char *run)
{
  g_autoptr (GError) error = NULL;
  MienSession *session = mien_session_new (self->dataset, self->settings, run, &error);

  g_assert_no_error (error);
  return session;
}

MienSession *
session_fixture_resume (SessionFixture *self, const char *run)
{
  g_autoptr (GError) error = NULL;
  MienSession *session = mien_session_new_resume (self->dataset, run, &error);

  g_assert_no_error (error);
  return session;
}

MienSessionState
session_run_to_end (MienSession *session)
{
  MienSessionSnapshot snapshot;

  mien_session_start (session);
  mien_session_wait (session);
  mien_session_get_snapshot (session, &snapshot);
  return snapshot.state;
}

guint
session_count_epochs (MienSession *session)
{
  g_autoptr (GArray) history = mien_session_dup_history (session);

  return history->len;
}

void
session_wait_for_epoch (MienSession *session, guint epoch)
{
  while (session_count_epochs (session) < epoch && mien_session_is_running (session))
    g_usleep (500);
}

VggTensorFile *
session_load_tensors (const char *run, const char *name)
{
  g_autofree char *path = g_build_filename (run, name, NULL);
  g_autoptr (GError) error = NULL;
  VggTensorFile *file = vgg_tensor_file_load (path, &error);

  g_assert_no_error (error);
  return file;
}

/* Whether all tensors of a file, the optimiser's too, are the same bits in two runs. */
gboolean
session_same_tensors (const char *first_run, const char *second_run, const char *name)
{
  g_autoptr (VggTensorFile) first = session_load_tensors (first_run, name);
  g_autoptr (VggTensorFile) second = session_load_tensors (second_run, name);
  guint n = vgg_tensor_file_get_n_tensors (first);

  g_assert_cmpuint (n, >, 8);
  g_assert_cmpuint (vgg_tensor_file_get_n_tensors (second), ==, n);
  for (guint i = 0; i < n; i++)
    {
      const VggTensor *left = vgg_tensor_file_get (first, vgg_tensor_file_get_name (first, i));
      const VggTensor *right = vgg_tensor_file_get (second, vgg_tensor_file_get_name (first, i));

      g_assert_nonnull (right);
      if (memcmp (left->data, right->data, vgg_shape_elements (&left->shape) * sizeof (float)) != 0)
        return FALSE;
    }
  return TRUE;
}

void
session_assert_failed (MienSession *session, GQuark domain, int code, const char *named)
{
  g_autoptr (GError) error = mien_session_dup_error (session);

  g_assert_error (error, domain, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, named));
}
