/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/training/mien-cache-row.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"
#include "train/mien-feature-cache.h"

struct _MienCacheRow
{
  AdwActionRow parent_instance;

  GtkButton *button;    /* borrowed: a child */
  GCancellable *latest; /* owned; of the request whose answer is wanted; NULL: none under way */
};

G_DEFINE_FINAL_TYPE (MienCacheRow, mien_cache_row, ADW_TYPE_ACTION_ROW)

static void
show_size (MienCacheRow *self, guint64 bytes)
{
  g_autofree char *size = mien_format_bytes (bytes);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), bytes > 0 ? size : _ ("Nothing is kept"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), bytes > 0);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienCacheRow *self = MIEN_CACHE_ROW (source);
  g_autoptr (GError) error = NULL;
  gssize bytes;

  /* Another request came meanwhile, or the row is gone. */
  if (g_task_get_cancellable (G_TASK (result)) != self->latest)
    return;

  g_clear_object (&self->latest);
  bytes = g_task_propagate_int (G_TASK (result), &error);
  if (error == NULL)
    show_size (self, (guint64) bytes);
  else
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self), error->message);
}

static void
measure_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_int (task, (gssize) mien_feature_cache_measure ());
}

static void
clear_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (mien_feature_cache_clear (&error))
    g_task_return_int (task, (gssize) mien_feature_cache_measure ());
  else
    g_task_return_error (task, error);
}

static void
request (MienCacheRow *self, GTaskThreadFunc func)
{
  g_autoptr (GTask) task = NULL;

  g_clear_object (&self->latest);
  self->latest = g_cancellable_new ();
  task = g_task_new (self, self->latest, answered_cb, NULL);
  /* What was removed is removed, whoever still wants to hear of it. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, func);
}

static void
clear_cb (MienCacheRow *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), FALSE);
  request (self, clear_thread);
}

static void
mien_cache_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (mien_cache_row_parent_class)->map (widget);
  mien_cache_row_refresh (MIEN_CACHE_ROW (widget));
}

static void
mien_cache_row_dispose (GObject *object)
{
  MienCacheRow *self = MIEN_CACHE_ROW (object);

  g_clear_object (&self->latest);

  G_OBJECT_CLASS (mien_cache_row_parent_class)->dispose (object);
}

static void
mien_cache_row_class_init (MienCacheRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mien_cache_row_dispose;
  GTK_WIDGET_CLASS (klass)->map = mien_cache_row_map;
}

static void
mien_cache_row_init (MienCacheRow *self)
{
  self->button = GTK_BUTTON (gtk_button_new_with_mnemonic (_ ("_Clear")));
  gtk_widget_set_valign (GTK_WIDGET (self->button), GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button),
                               _ ("Remove the Kept Features; They Are Computed Anew When Wanted"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), FALSE);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (clear_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->button));
}

/**
 * mien_cache_row_refresh:
 * @self: a row
 *
 * Measures anew, off the main thread; also happens whenever the row comes to be seen.
 */
void
mien_cache_row_refresh (MienCacheRow *self)
{
  g_return_if_fail (MIEN_IS_CACHE_ROW (self));

  request (self, measure_thread);
}
