/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mien-cli-training.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "cli/mien-cli-output.h"
#include "cli/mien-cli-progress.h"
#include "train/mien-training-set.h"

/* A training that is watched from the main loop. */
typedef struct
{
  MienSession *session; /* borrowed */
  GMainLoop *loop;      /* borrowed */
  MienCliProgress progress;
  guint n_printed; /* finished epochs that have their line */
  guint n_epochs;  /* at most */
  double best_loss;
  gboolean told; /* that features cannot be kept */
} Watch;

static void
print_epoch (Watch *self, const MienEpoch *epoch)
{
  gboolean best = epoch->validation_loss < self->best_loss;

  if (best)
    self->best_loss = epoch->validation_loss;
  g_printerr (_ ("epoch %u/%u: loss %.4f, accuracy %.1f %%, validation loss %.4f, "
                 "validation accuracy %.1f %%, %.1f s%s\n"),
              epoch->epoch, self->n_epochs, epoch->loss, 100 * epoch->accuracy,
              epoch->validation_loss, 100 * epoch->validation_accuracy, epoch->seconds,
              best ? _ (" (best)") : "");
}

static void
print_new_epochs (Watch *self)
{
  g_autoptr (GArray) history = mien_session_dup_history (self->session);

  if (history->len > self->n_printed)
    mien_cli_progress_clear (&self->progress);
  while (self->n_printed < history->len)
    print_epoch (self, &g_array_index (history, MienEpoch, self->n_printed++));
}

static char *
describe_batch (const MienSessionSnapshot *snapshot)
{
  GString *text = g_string_new (NULL);

  if (isfinite (snapshot->loss))
    g_string_append_printf (text, _ ("loss %.3f, accuracy %.1f %%"), snapshot->loss,
                            100 * snapshot->accuracy);
  if (snapshot->pictures_per_second > 0)
    g_string_append_printf (text, _ ("%s%.0f pictures/s"), text->len > 0 ? ", " : "",
                            snapshot->pictures_per_second);
  if (snapshot->seconds_left >= 0)
    {
      g_autofree char *left = mien_cli_format_time (snapshot->seconds_left);

      g_string_append_printf (text, _ (", %s left"), left);
    }
  return g_string_free (text, FALSE);
}

static void
print_notice (Watch *self)
{
  g_autofree char *run = mien_cli_display_path (mien_session_get_run_directory (self->session));

  self->told = TRUE;
  mien_cli_progress_clear (&self->progress);
  g_printerr (_ ("mien-cli: features of frozen layers cannot be kept, so that epochs take longer; "
                 "“%s/log.txt” says why\n"),
              run);
}

static void
show_progress (Watch *self, const MienSessionSnapshot *snapshot)
{
  g_autofree char *title = g_strdup_printf (_ ("Epoch %u/%u"), snapshot->epoch, snapshot->n_epochs);
  g_autofree char *tail = describe_batch (snapshot);

  switch (snapshot->state)
    {
    case MIEN_SESSION_PREPARING:
      if (snapshot->preparing.phase != NULL)
        mien_cli_progress_report (&snapshot->preparing, &self->progress);
      break;
    case MIEN_SESSION_COMPUTING:
      mien_cli_progress_show (&self->progress, snapshot->preparing.phase, snapshot->preparing.done,
                              snapshot->preparing.total, tail);
      break;
    case MIEN_SESSION_TRAINING:
      mien_cli_progress_show (&self->progress, title, snapshot->batch, snapshot->n_batches, tail);
      break;
    case MIEN_SESSION_VALIDATING:
      mien_cli_progress_show (&self->progress, title, 0, 0, _ ("validating"));
      break;
    default:
      break;
    }
}

static void
changed (MienSession *session, gpointer user_data)
{
  Watch *self = user_data;
  MienSessionSnapshot snapshot;

  /* The state is taken before the history: what has ended adds no epoch any more. */
  mien_session_get_snapshot (session, &snapshot);
  self->n_epochs = snapshot.n_epochs;
  if (snapshot.computes_again && !self->told)
    print_notice (self);
  print_new_epochs (self);
  show_progress (self, &snapshot);
  if (!mien_session_is_running (session))
    g_main_loop_quit (self->loop);
}

static gboolean
stop (GCancellable *cancellable, gpointer user_data)
{
  Watch *self = user_data;

  mien_cli_progress_clear (&self->progress);
  g_printerr ("%s\n", _ ("Stopping after the running batch; Ctrl+C again ends at once."));
  mien_session_stop (self->session);
  return G_SOURCE_REMOVE;
}

static void
print_left_out (MienSession *session)
{
  MienSessionSnapshot snapshot;
  g_autofree char *text = NULL;

  mien_session_get_snapshot (session, &snapshot);
  if (snapshot.n_left_out == 0)
    return;
  text = mien_training_set_describe_left_out (snapshot.n_left_out);
  /* TRANSLATORS: "161 training pictures are left out: they have twins in …" */
  g_printerr (_ ("%s (--keep-twins trains on them too).\n"), text);
}

/**
 * mien_cli_training_run:
 * @session: a training that was not started
 * @cancellable: stops it
 *
 * Trains to the end, with a progress line on a terminal and a line for each epoch, both on standard
 * error.
 */
void
mien_cli_training_run (MienSession *session, GCancellable *cancellable)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);
  Watch watch = { .session = session, .loop = loop, .best_loss = INFINITY };
  gulong handler;

  print_left_out (session);
  mien_cli_progress_init (&watch.progress);
  g_source_set_callback (cancelled, G_SOURCE_FUNC (stop), &watch, NULL);
  g_source_attach (cancelled, NULL);
  handler = g_signal_connect (session, "changed", G_CALLBACK (changed), &watch);

  mien_session_start (session);
  g_main_loop_run (loop);

  g_signal_handler_disconnect (session, handler);
  g_source_destroy (cancelled);
  mien_session_wait (session);
  print_new_epochs (&watch);
  mien_cli_progress_clear (&watch.progress);
}
