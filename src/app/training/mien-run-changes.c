/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/training/mien-run-changes.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-busy.h"
#include "app/widgets/mien-format.h"
#include "app/widgets/mien-picture-grid.h"
#include "app/workspace/mien-work.h"
#include "train/mien-run-comparison.h"

struct _MienRunChanges
{
  AdwBin parent_instance;

  /* Template children */
  GtkStack *stack;
  GtkWidget *compare_button;
  GtkProgressBar *progress_bar;
  GtkLabel *error_label;
  GtkLabel *summary_label;
  GtkToggleButton *gained_button;
  GtkToggleButton *lost_button;
  MienPictureGrid *grid;

  /* Owned; NULL: not there */
  MienDataset *dataset;
  MienRunRecord *runs[2];
  MienRunComparison *comparison;
  MienWork *work; /* while it compares */
};

G_DEFINE_FINAL_TYPE (MienRunChanges, mien_run_changes, ADW_TYPE_BIN)

/* What the thread needs, owned. */
typedef struct
{
  MienDataset *dataset;
  MienRunRecord *runs[2];
  MienWork *work;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  mien_dataset_unref (request->dataset);
  mien_run_record_unref (request->runs[0]);
  mien_run_record_unref (request->runs[1]);
  mien_work_unref (request->work);
  g_free (request);
}

static void
stop (MienRunChanges *self)
{
  if (self->work != NULL)
    mien_work_drop (self->work);
  g_clear_pointer (&self->work, mien_work_unref);
}

static void
show_side (MienRunChanges *self)
{
  const gboolean gained = gtk_toggle_button_get_active (self->gained_button);
  g_autoptr (GListStore) items = g_list_store_new (MIEN_TYPE_PICTURE_ITEM);
  const GArray *changed;
  const char *const *classes;

  if (self->comparison == NULL)
    return;

  changed = gained ? self->comparison->gained : self->comparison->lost;
  classes = mien_dataset_get_classes (self->comparison->dataset, NULL);
  for (guint i = 0; i < changed->len; i++)
    {
      const MienChangedPicture *picture = &g_array_index (changed, MienChangedPicture, i);
      const char *path =
        mien_dataset_get_picture (self->comparison->dataset, picture->picture)->path;
      g_autoptr (MienPictureItem) item = NULL;
      g_autofree char *caption = NULL;

      /* TRANSLATORS: the right class, and the one that a model took the picture for */
      caption = g_strdup_printf (_ ("%s, not %s"), classes[picture->actual],
                                 classes[picture->wrong]);
      item = mien_picture_item_new (path, NULL, caption, i);
      g_list_store_append (items, item);
    }
  mien_picture_grid_set_model (self->grid, G_LIST_MODEL (items));
}

static void
show_comparison (MienRunChanges *self)
{
  const MienRunComparison *comparison = self->comparison;
  g_autofree char *gained_count = mien_format_count (comparison->gained->len);
  g_autofree char *lost_count = mien_format_count (comparison->lost->len);
  g_autofree char *first = mien_format_percent ((double) comparison->correct[0] / comparison->n, 1);
  g_autofree char *second = mien_format_percent ((double) comparison->correct[1] / comparison->n,
                                                 1);
  g_autofree char *pictures = mien_format_pictures (comparison->n);
  /* TRANSLATORS: names of runs with the accuracy of each; "3,979 pictures" */
  g_autofree char *summary = g_strdup_printf (_ ("%s: %s · %s: %s · %s"), self->runs[0]->name,
                                              first, self->runs[1]->name, second, pictures);
  /* TRANSLATORS: pictures that only the run that the window is about gets right, and how many */
  g_autofree char *lost = g_strdup_printf (_ ("Right in This (%s)"), lost_count);
  /* TRANSLATORS: pictures that only the run that it is compared with gets right, and how many */
  g_autofree char *gained = g_strdup_printf (_ ("Right in the Other (%s)"), gained_count);

  gtk_label_set_label (self->summary_label, summary);
  gtk_button_set_label (GTK_BUTTON (self->gained_button), gained);
  gtk_button_set_label (GTK_BUTTON (self->lost_button), lost);
  show_side (self);
  gtk_stack_set_visible_child_name (self->stack, "content");
}

static void
compare (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  GError *error = NULL;
  MienRunComparison *comparison;

  comparison = mien_run_compare (request->runs[0], request->runs[1], request->dataset,
                                 mien_dataset_get_evaluation_split (request->dataset),
                                 mien_work_report, request->work, cancellable, &error);
  if (comparison != NULL)
    g_task_return_pointer (task, comparison, (GDestroyNotify) mien_run_comparison_free);
  else
    g_task_return_error (task, error);
}

static void
compared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienRunChanges *self = MIEN_RUN_CHANGES (source);
  Request *request = g_task_get_task_data (G_TASK (result));
  g_autoptr (MienRunComparison) comparison = NULL;
  g_autoptr (GError) error = NULL;

  comparison = g_task_propagate_pointer (G_TASK (result), &error);
  if (self->work != request->work)
    return;

  stop (self);
  if (comparison == NULL)
    {
      gtk_label_set_label (self->error_label, error->message);
      gtk_stack_set_visible_child_name (self->stack, "error");
      return;
    }
  self->comparison = g_steal_pointer (&comparison);
  show_comparison (self);
}

static void
work_changed (MienWork *work, gpointer owner)
{
  MienRunChanges *self = owner;
  MienProgress progress;

  mien_work_get_progress (work, &progress);
  mien_busy_show (NULL, self->progress_bar, &progress);
}

static void
compare_clicked (MienRunChanges *self)
{
  g_autoptr (GTask) task = NULL;
  Request *request = g_new0 (Request, 1);

  stop (self);
  self->work = mien_work_new (work_changed, self, NULL);
  request->dataset = mien_dataset_ref (self->dataset);
  request->runs[0] = mien_run_record_ref (self->runs[0]);
  request->runs[1] = mien_run_record_ref (self->runs[1]);
  request->work = mien_work_ref (self->work);
  task = g_task_new (self, mien_work_get_cancellable (self->work), compared, NULL);
  g_task_set_task_data (task, request, request_free);
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  gtk_stack_set_visible_child_name (self->stack, "busy");
  g_task_run_in_thread (task, compare);
}

static void
cancel_clicked (MienRunChanges *self)
{
  stop (self);
  gtk_stack_set_visible_child_name (self->stack, "ready");
}

static void
side_toggled (MienRunChanges *self)
{
  show_side (self);
}

static void
forget (MienRunChanges *self)
{
  stop (self);
  g_clear_pointer (&self->comparison, mien_run_comparison_free);
  g_clear_pointer (&self->dataset, mien_dataset_unref);
  g_clear_pointer (&self->runs[0], mien_run_record_unref);
  g_clear_pointer (&self->runs[1], mien_run_record_unref);
}

static void
mien_run_changes_dispose (GObject *object)
{
  MienRunChanges *self = MIEN_RUN_CHANGES (object);

  forget (self);
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (mien_run_changes_parent_class)->dispose (object);
}

static void
mien_run_changes_class_init (MienRunChangesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_run_changes_dispose;

  g_type_ensure (MIEN_TYPE_PICTURE_GRID);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-run-changes.ui");
  gtk_widget_class_bind_template_child (widget_class, MienRunChanges, stack);
  gtk_widget_class_bind_template_child (widget_class, MienRunChanges, compare_button);
  gtk_widget_class_bind_template_child (widget_class, MienRunChanges, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, MienRunChanges, error_label);
  gtk_widget_class_bind_template_child (widget_class, MienRunChanges, summary_label);
  gtk_widget_class_bind_template_child (widget_class, MienRunChanges, gained_button);
  gtk_widget_class_bind_template_child (widget_class, MienRunChanges, lost_button);
  gtk_widget_class_bind_template_child (widget_class, MienRunChanges, grid);
  gtk_widget_class_bind_template_callback (widget_class, compare_clicked);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, side_toggled);
}

static void
mien_run_changes_init (MienRunChanges *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_run_changes_set_runs:
 * @dataset: (nullable): whose pictures are compared on; %NULL: none is open
 * @first: a run without an error
 * @second: another
 */
void
mien_run_changes_set_runs (MienRunChanges *self,
                           MienDataset *dataset,
                           MienRunRecord *first,
                           MienRunRecord *second)
{
  g_return_if_fail (MIEN_IS_RUN_CHANGES (self));
  g_return_if_fail (first != NULL && second != NULL);

  mien_run_record_ref (first);
  mien_run_record_ref (second);
  forget (self);
  self->runs[0] = first;
  self->runs[1] = second;
  self->dataset = dataset != NULL ? mien_dataset_ref (dataset) : NULL;
  gtk_stack_set_visible_child_name (self->stack, dataset != NULL ? "ready" : "no-dataset");
}

/**
 * mien_run_changes_get_state:
 *
 * Returns: "no-dataset", "ready", "busy", "error" or "content"
 */
const char *
mien_run_changes_get_state (MienRunChanges *self)
{
  g_return_val_if_fail (MIEN_IS_RUN_CHANGES (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}
