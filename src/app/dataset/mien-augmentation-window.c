/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-augmentation-window.h"

#include "app/dataset/mien-augmentation-preview.h"
#include "app/dataset/mien-augmentation-row.h"
#include "app/widgets/mien-adaptive-box.h"

struct _MienAugmentationWindow
{
  AdwWindow parent_instance;

  /* Template children */
  MienAugmentationPreview *preview;
  MienAugmentationRow *augmentation_row;
  GtkWidget *locked_label;

  MienWorkspace *workspace; /* owned */
};

G_DEFINE_FINAL_TYPE (MienAugmentationWindow, mien_augmentation_window, ADW_TYPE_WINDOW)

static void
training_changed (MienAugmentationWindow *self)
{
  const gboolean training = mien_workspace_is_busy (self->workspace, MIEN_JOB_TRAIN);

  gtk_widget_set_sensitive (GTK_WIDGET (self->augmentation_row), !training);
  gtk_widget_set_visible (self->locked_label, training);
}

/* The program's window asks, which has to be free for that. */
static void
open_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GtkWidget) self = g_object_ref (widget);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  gtk_window_close (GTK_WINDOW (self));
  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.open-folder", NULL);
}

static void
mien_augmentation_window_dispose (GObject *object)
{
  MienAugmentationWindow *self = MIEN_AUGMENTATION_WINDOW (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_augmentation_window_parent_class)->dispose (object);
}

static void
mien_augmentation_window_class_init (MienAugmentationWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_augmentation_window_dispose;

  g_type_ensure (MIEN_TYPE_ADAPTIVE_BOX);
  g_type_ensure (MIEN_TYPE_AUGMENTATION_PREVIEW);
  g_type_ensure (MIEN_TYPE_AUGMENTATION_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-augmentation-window.ui");
  gtk_widget_class_install_action (widget_class, "augmentation.open-folder", NULL, open_folder);
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationWindow, preview);
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationWindow, augmentation_row);
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationWindow, locked_label);
}

static void
mien_augmentation_window_init (MienAugmentationWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_augmentation_window_new:
 * @parent: (nullable): what it stands above
 * @workspace: whose settings to edit
 *
 * Returns: (transfer none): a new modal window, to be presented
 */
GtkWidget *
mien_augmentation_window_new (GtkWindow *parent, MienWorkspace *workspace)
{
  MienAugmentationWindow *self = g_object_new (MIEN_TYPE_AUGMENTATION_WINDOW, "transient-for",
                                               parent, NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "notify::training", G_CALLBACK (training_changed), self);
  training_changed (self);
  mien_augmentation_row_set_workspace (self->augmentation_row, workspace);
  mien_augmentation_preview_set_workspace (self->preview, workspace);

  return GTK_WIDGET (self);
}
