/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mien-cli-interrupt.h"

#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

#include "cli/mien-cli.h"

/* Ctrl+C and SIGTERM, heard on a thread of their own, since the main one is busy with the work. */
struct _MienCliInterrupt
{
  GCancellable *cancellable; /* owned */
  GMainContext *context;     /* owned */
  GMainLoop *loop;           /* owned */
  GThread *thread;           /* owned */
};

static gboolean
interrupted (gpointer user_data)
{
  MienCliInterrupt *self = user_data;

  /* Who presses it twice does not want to wait for the running batch. */
  if (g_cancellable_is_cancelled (self->cancellable))
    _exit (MIEN_CLI_INTERRUPTED);
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_CONTINUE;
}

static gpointer
listen (gpointer data)
{
  MienCliInterrupt *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

/**
 * mien_cli_interrupt_new:
 *
 * From now on the first SIGINT or SIGTERM cancels the cancellable, and the second one ends the
 * program.
 *
 * Returns: (transfer full): what listens
 */
MienCliInterrupt *
mien_cli_interrupt_new (void)
{
  static const int signals[] = { SIGINT, SIGTERM };
  MienCliInterrupt *self = g_new0 (MienCliInterrupt, 1);

  self->cancellable = g_cancellable_new ();
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_autoptr (GSource) source = g_unix_signal_source_new (signals[i]);

      g_source_set_callback (source, interrupted, self, NULL);
      g_source_attach (source, self->context);
    }
  self->thread = g_thread_new ("mien-signals", listen, self);

  return self;
}

/**
 * mien_cli_interrupt_free:
 * @self: (transfer full): what listens
 *
 * Ends the listening; a signal ends the program again.
 */
void
mien_cli_interrupt_free (MienCliInterrupt *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  /* Quitting through a source also works when the loop has not begun to run yet. */
  g_source_set_callback (source, quit, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_free (self);
}

/**
 * mien_cli_interrupt_get_cancellable:
 * @self: what listens
 *
 * Returns: (transfer none): it is cancelled by the first signal
 */
GCancellable *
mien_cli_interrupt_get_cancellable (MienCliInterrupt *self)
{
  return self->cancellable;
}
