/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/training/mien-backbone-group.h"

#include <glib/gi18n-lib.h>

#include "train/mien-bundled.h"
#include "train/mien-known-weights.h"

/* In the order of the row. */
typedef enum
{
  BACKBONE_COMPACT, /* where the network that comes along is there */
  BACKBONE_SCRATCH,
  BACKBONE_IMAGENET, /* where its weights have been fetched */
  BACKBONE_FILE
} Backbone;

#define N_BACKBONES 4

/* What the network of the next training starts from. */
struct _MienBackboneGroup
{
  AdwPreferencesGroup parent_instance;

  /* Template children */
  AdwComboRow *backbone_row;
  AdwActionRow *weights_row;

  /* Owned */
  MienWorkspace *workspace;
  GtkFileChooserNative *chooser; /* NULL: not open */

  Backbone choices[N_BACKBONES]; /* those that the row has */
  gboolean loading;              /* the rows follow the settings: nothing is written back */
};

G_DEFINE_FINAL_TYPE (MienBackboneGroup, mien_backbone_group, ADW_TYPE_PREFERENCES_GROUP)

static Backbone
backbone_of (const MienSettings *settings)
{
  g_autofree char *imagenet = mien_weights_find_imagenet ();

  if (settings->weights == NULL)
    return BACKBONE_SCRATCH;
  if (mien_bundled_is (MIEN_BUNDLED_FACES, settings->weights))
    return BACKBONE_COMPACT;
  return g_strcmp0 (settings->weights, imagenet) == 0 ? BACKBONE_IMAGENET : BACKBONE_FILE;
}

/* Fills the row with what is there, and chooses one of it. */
static void
fill_row (MienBackboneGroup *self, Backbone chosen)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  g_autofree char *compact = mien_bundled_find (MIEN_BUNDLED_FACES);
  g_autofree char *imagenet = mien_weights_find_imagenet ();
  const struct
  {
    Backbone backbone;
    const char *title;
    gboolean is_there;
  } all[N_BACKBONES] = {
    { BACKBONE_COMPACT, _ ("Compact faces"), compact != NULL },
    { BACKBONE_SCRATCH, _ ("From scratch"), TRUE },
    { BACKBONE_IMAGENET, _ ("ImageNet"), imagenet != NULL },
    { BACKBONE_FILE, _ ("Weights file"), TRUE },
  };
  guint selected = 0;
  guint n = 0;

  for (guint i = 0; i < N_BACKBONES; i++)
    if (all[i].is_there)
      {
        if (all[i].backbone == chosen)
          selected = n;
        self->choices[n++] = all[i].backbone;
        gtk_string_list_append (titles, all[i].title);
      }
  adw_combo_row_set_model (self->backbone_row, G_LIST_MODEL (titles));
  adw_combo_row_set_selected (self->backbone_row, selected);
}

/* Brings the rows to what the settings are. */
static void
refresh (MienBackboneGroup *self)
{
  const MienSettings *settings = mien_workspace_get_settings (self->workspace);
  const Backbone chosen = backbone_of (settings);
  g_autofree char *name = NULL;

  if (settings->weights != NULL)
    name = g_filename_display_basename (settings->weights);

  self->loading = TRUE;
  fill_row (self, chosen);
  adw_action_row_set_subtitle (self->weights_row, name != NULL ? name : "");
  gtk_widget_set_visible (GTK_WIDGET (self->weights_row), chosen == BACKBONE_FILE);
  self->loading = FALSE;
}

static void
chooser_response_cb (MienBackboneGroup *self, int response)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  g_clear_object (&self->chooser);
  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    mien_workspace_set_backbone (self->workspace, path);
  else
    refresh (self);
}

static void
choose_weights (MienBackboneGroup *self)
{
  g_autoptr (GtkFileFilter) filter = NULL;

  if (self->chooser != NULL)
    return;

  filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, _ ("VGG weights (.safetensors, .h5)"));
  gtk_file_filter_add_suffix (filter, "safetensors");
  gtk_file_filter_add_suffix (filter, "h5");

  self->chooser = gtk_file_chooser_native_new (
    _ ("Choose the Weights to Start From"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
    GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Choose"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chooser_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
backbone_changed (MienBackboneGroup *self)
{
  const guint selected = adw_combo_row_get_selected (self->backbone_row);
  g_autofree char *imagenet = NULL;

  if (self->loading || self->workspace == NULL || selected == GTK_INVALID_LIST_POSITION ||
      self->choices[selected] == backbone_of (mien_workspace_get_settings (self->workspace)))
    return;

  switch (self->choices[selected])
    {
    case BACKBONE_COMPACT:
      mien_workspace_set_backbone (self->workspace, "compact");
      break;
    case BACKBONE_SCRATCH:
      mien_workspace_set_backbone (self->workspace, "scratch");
      break;
    case BACKBONE_IMAGENET:
      imagenet = mien_weights_find_imagenet ();
      if (imagenet != NULL)
        mien_workspace_set_backbone (self->workspace, imagenet);
      else
        refresh (self);
      break;
    case BACKBONE_FILE:
    default:
      choose_weights (self);
    }
}

static void
mien_backbone_group_dispose (GObject *object)
{
  MienBackboneGroup *self = MIEN_BACKBONE_GROUP (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  self->loading = TRUE;
  g_clear_object (&self->chooser);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_backbone_group_parent_class)->dispose (object);
}

static void
mien_backbone_group_class_init (MienBackboneGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_backbone_group_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-backbone-group.ui");
  gtk_widget_class_bind_template_child (widget_class, MienBackboneGroup, backbone_row);
  gtk_widget_class_bind_template_child (widget_class, MienBackboneGroup, weights_row);
  gtk_widget_class_bind_template_callback (widget_class, backbone_changed);
  gtk_widget_class_bind_template_callback (widget_class, choose_weights);
}

static void
mien_backbone_group_init (MienBackboneGroup *self)
{
  self->loading = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_backbone_group_set_workspace:
 * @workspace: whose settings to edit; set once
 */
void
mien_backbone_group_set_workspace (MienBackboneGroup *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_BACKBONE_GROUP (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "notify::settings", G_CALLBACK (refresh), self);
  refresh (self);
}
