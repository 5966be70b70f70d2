/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-mean-viewer.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"
#include "app/widgets/mien-heat-view.h"
#include "app/widgets/mien-picture-item.h"

struct _MienMeanViewer
{
  AdwBin parent_instance;

  /* Template children */
  GtkLabel *title_label;
  MienHeatView *heat_view;
};

static guint closed_signal;

G_DEFINE_FINAL_TYPE (MienMeanViewer, mien_mean_viewer, ADW_TYPE_BIN)

static void
back_clicked (MienMeanViewer *self)
{
  g_signal_emit (self, closed_signal, 0);
}

static gboolean
key_pressed (MienMeanViewer *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (keyval != GDK_KEY_Escape || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;

  back_clicked (self);
  return GDK_EVENT_STOP;
}

static GPtrArray *
list_paths (MienEvaluationList *list)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (list));
  GPtrArray *paths = g_ptr_array_new_full (n + 1, g_free);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MienPictureItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_ptr_array_add (paths, g_strdup (mien_picture_item_get_path (item)));
    }
  g_ptr_array_add (paths, NULL);

  return paths;
}

/* What the listed pictures are taken for most often: of a cell, all of them. */
static const char *
find_usual_class (MienEvaluationList *list)
{
  MienEvaluation *evaluation = mien_evaluation_list_get_evaluation (list);
  guint n_classes, usual = 0;
  const char *const *classes = mien_evaluation_get_classes (evaluation, &n_classes);
  g_autofree guint *counts = g_new0 (guint, n_classes);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (MienPictureItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      counts[mien_evaluation_get_record (evaluation, mien_picture_item_get_index (item))
               ->predicted]++;
    }
  for (guint c = 1; c < n_classes; c++)
    if (counts[c] > counts[usual])
      usual = c;

  return classes[usual];
}

static void
mien_mean_viewer_dispose (GObject *object)
{
  /* Before what its signals need. */
  adw_bin_set_child (ADW_BIN (object), NULL);

  G_OBJECT_CLASS (mien_mean_viewer_parent_class)->dispose (object);
}

static void
mien_mean_viewer_class_init (MienMeanViewerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_mean_viewer_dispose;

  closed_signal = g_signal_new ("closed", MIEN_TYPE_MEAN_VIEWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);

  g_type_ensure (MIEN_TYPE_HEAT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-mean-viewer.ui");
  gtk_widget_class_bind_template_child (widget_class, MienMeanViewer, title_label);
  gtk_widget_class_bind_template_child (widget_class, MienMeanViewer, heat_view);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
}

static void
mien_mean_viewer_init (MienMeanViewer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_mean_viewer_show:
 * @model: what evaluated the pictures
 * @list: them; at least one
 *
 * Begins to look at all of the pictures, off the main thread, and shows their mean. The class that
 * is asked about first is the one that most of them are taken for.
 */
void
mien_mean_viewer_show (MienMeanViewer *self, MienModel *model, MienEvaluationList *list)
{
  g_autoptr (GPtrArray) paths = NULL;
  g_autofree char *pictures = NULL;
  g_autofree char *title = NULL;
  guint n;

  g_return_if_fail (MIEN_IS_MEAN_VIEWER (self));
  g_return_if_fail (model != NULL);

  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  g_return_if_fail (n > 0);

  paths = list_paths (list);
  pictures = mien_format_pictures (n);
  /* TRANSLATORS: "8 pictures" */
  title = g_strdup_printf (_ ("Mean of %s"), pictures);
  gtk_label_set_label (self->title_label, title);
  mien_heat_view_set_model (self->heat_view, model);
  mien_heat_view_set_mean (self->heat_view, (const char *const *) paths->pdata, title,
                           find_usual_class (list));
}

/**
 * mien_mean_viewer_clear:
 *
 * Stops looking, and lets go of the pictures.
 */
void
mien_mean_viewer_clear (MienMeanViewer *self)
{
  g_return_if_fail (MIEN_IS_MEAN_VIEWER (self));

  mien_heat_view_set_texture (self->heat_view, NULL, NULL, NULL);
  mien_heat_view_set_model (self->heat_view, NULL);
}
