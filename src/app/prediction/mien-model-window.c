/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/prediction/mien-model-window.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-card-view.h"
#include "app/widgets/mien-format.h"
#include "train/mien-bundled.h"

/* What a model is: its figures, and its card where it has one. */
struct _MienModelWindow
{
  AdwWindow parent_instance;

  /* Template children */
  AdwPreferencesGroup *group;
  AdwBin *card_bin;
  GtkWidget *scroller;
};

G_DEFINE_FINAL_TYPE (MienModelWindow, mien_model_window, ADW_TYPE_WINDOW)

static void
mien_model_window_class_init (MienModelWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-model-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MienModelWindow, group);
  gtk_widget_class_bind_template_child (widget_class, MienModelWindow, card_bin);
  gtk_widget_class_bind_template_child (widget_class, MienModelWindow, scroller);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mien_model_window_init (MienModelWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
add_fact (MienModelWindow *self, const char *title, const char *value)
{
  GtkWidget *row = adw_action_row_new ();

  /* Names come from files: they are no markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value);
  adw_preferences_group_add (self->group, row);
}

static void
add_training (MienModelWindow *self, const MienModelInfo *info)
{
  g_autofree char *accuracy = mien_format_percent (info->validation_accuracy, 1);
  g_autofree char *best = NULL;

  if (info->dataset_name != NULL)
    add_fact (self, _ ("Trained On"), info->dataset_name);
  if (info->created != NULL)
    add_fact (self, _ ("Made"), info->created);
  if (info->best_epoch > 0)
    {
      /* TRANSLATORS: accuracy in percent, number of an epoch */
      best = g_strdup_printf (_ ("%s in validation, in epoch %u"), accuracy, info->best_epoch);
      add_fact (self, _ ("Accuracy"), best);
    }
  if (info->face_share > 0)
    {
      g_autofree char *share = mien_format_percent (info->face_share, 0);
      g_autofree char *faces = NULL;

      /* TRANSLATORS: in percent */
      faces = g_strdup_printf (
        _ ("They take %s of a training picture’s side; Prediction cuts faces "
           "out of photographs like that"),
        share);
      add_fact (self, _ ("Faces"), faces);
    }
}

static void
add_facts (MienModelWindow *self, MienModel *model)
{
  g_autofree char *classes = g_strjoinv (", ", (char **) mien_model_get_classes (model, NULL));
  g_autofree char *architecture = mien_model_get_architecture_name (model);
  g_autofree char *weights = mien_format_weights (mien_model_count_parameters (model));
  g_autofree char *network = NULL;
  g_autofree char *input = NULL;
  const char *backbone = mien_model_get_settings (model)->weights;
  guint width, height;

  mien_model_get_input_size (model, &width, &height);
  /* TRANSLATORS: name of a kind of network, "1.3 million weights" */
  network = g_strdup_printf (_ ("%s, %s"), architecture, weights);
  /* TRANSLATORS: width and height of what a network sees */
  input = g_strdup_printf (_ ("%u × %u pixels"), width, height);

  add_fact (self, _ ("Classes"), classes);
  add_fact (self, _ ("Input"), input);
  add_fact (self, _ ("Network"), network);
  if (backbone != NULL)
    add_fact (self, _ ("Started From"), backbone);
  add_training (self, mien_model_get_info (model));
}

/**
 * mien_model_window_new:
 * @model: (nullable): the model, or %NULL to show its card alone
 * @path: (nullable) (type filename): its file
 *
 * Returns: (transfer floating): a window on what the model is
 */
MienModelWindow *
mien_model_window_new (MienModel *model, const char *path)
{
  MienModelWindow *self = g_object_new (MIEN_TYPE_MODEL_WINDOW, NULL);
  g_autofree char *name = path != NULL ? g_filename_display_basename (path) : NULL;
  g_autofree char *card = mien_bundled_dup_card (path);

  if (name != NULL)
    gtk_window_set_title (GTK_WINDOW (self), name);
  gtk_widget_set_visible (GTK_WIDGET (self->group), model != NULL);
  if (model != NULL)
    add_facts (self, model);
  gtk_widget_set_visible (GTK_WIDGET (self->card_bin), card != NULL);
  if (card != NULL)
    adw_bin_set_child (self->card_bin, mien_card_view_new (card));
  /* Keys scroll; the first text that can be selected is not to be selected at once. */
  gtk_window_set_focus (GTK_WINDOW (self), self->scroller);
  return self;
}
