/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-prepare-window.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#include "app/dataset/mien-class-bars.h"
#include "app/dataset/mien-prepare-classes.h"
#include "app/widgets/mien-adaptive-box.h"
#include "app/widgets/mien-busy.h"
#include "app/widgets/mien-destination.h"
#include "app/widgets/mien-format.h"
#include "app/widgets/mien-number-row.h"

/* A change waits so long for the next one before it is planned. */
#define PLAN_DELAY_MS 150

struct _MienPrepareWindow
{
  AdwWindow parent_instance;

  /* Template children */
  GtkStack *stack;
  GtkWidget *write_button;
  MienPrepareClasses *classes;
  AdwExpanderRow *balance_row;
  MienNumberRow *count_row;
  MienNumberRow *validation_row;
  MienNumberRow *seed_row;
  GtkEditable *name_row;
  AdwActionRow *folder_row;
  GtkWidget *bars_box;
  MienClassBars *before_bars;
  MienClassBars *after_bars;
  GtkLabel *summary_label;
  GtkLabel *error_label;
  AdwStatusPage *busy_page;
  GtkProgressBar *busy_bar;

  /* Owned */
  MienWorkspace *workspace;
  MienDataset *dataset;
  MienPreparePlan *plan;         /* of what is chosen; NULL: not yet, or not possible */
  GCancellable *planning;        /* of the latest request; NULL: none under way */
  char *folder;                  /* in which the new data set's folder is made */
  GtkFileChooserNative *chooser; /* NULL: not open */

  guint plan_timeout;
  gboolean filling;      /* the rows are being set: no plan yet */
  gboolean own_count;    /* the person has said how many pictures a class is to have */
  gboolean writing;      /* the preparation that runs was started here */
  gboolean write_failed; /* the error is that of writing, and stays until something changes */
};

G_DEFINE_FINAL_TYPE (MienPrepareWindow, mien_prepare_window, ADW_TYPE_WINDOW)

static char *
dup_destination (MienPrepareWindow *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  g_autofree char *name = g_filename_from_utf8 (text, -1, NULL, NULL, NULL);

  return name != NULL ? g_build_filename (self->folder, name, NULL) : NULL;
}

/* Returns: (nullable): what is wrong with the new folder's name */
static const char *
check_name (MienPrepareWindow *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  g_autofree char *path = dup_destination (self);

  if (*name == '\0' || path == NULL || *name == '.' || strchr (name, G_DIR_SEPARATOR) != NULL)
    return _ ("Give the new data set a name that a folder can have.");
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return _ ("There is something of that name already. Choose another name or folder.");
  return NULL;
}

static void
set_error (MienPrepareWindow *self, const char *message)
{
  gtk_label_set_label (self->error_label, message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), message != NULL);
}

static void
update_write (MienPrepareWindow *self)
{
  const char *wrong = check_name (self);

  if (self->plan != NULL && !self->write_failed)
    set_error (self, wrong);
  gtk_widget_set_sensitive (self->write_button,
                            self->plan != NULL && wrong == NULL &&
                              !mien_workspace_is_busy (self->workspace, MIEN_JOB_PREPARE));
}

/* How many pictures there will be, how many of them are copies, and what they take. */
static void
show_summary (MienPrepareWindow *self)
{
  g_autofree char *pictures = NULL;
  g_autofree char *copies = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *text = NULL;
  guint n_classes;
  guint n_copies = 0;

  if (self->plan == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->summary_label), FALSE);
      return;
    }

  mien_prepare_plan_get_classes (self->plan, &n_classes);
  for (guint i = 0; i < n_classes; i++)
    n_copies += mien_prepare_plan_count_copies (self->plan, i);
  pictures = mien_format_pictures (mien_prepare_plan_get_n_pictures (self->plan));
  copies = mien_format_count (n_copies);
  bytes = mien_format_bytes (mien_prepare_plan_get_bytes (self->plan));
  /* TRANSLATORS: "18,979 pictures", the number of those that are copies, "80 MB" */
  text = g_strdup_printf (_ ("%s, %s of them augmented copies; at most %s on the disk"), pictures,
                          copies, bytes);
  gtk_label_set_label (self->summary_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->summary_label), TRUE);
}

/* Before and after to one scale, class by class. */
static void
show_bars (MienPrepareWindow *self)
{
  const char *const *names = NULL;
  g_autofree guint *before = NULL;
  g_autofree guint *after = NULL;
  guint n_classes = 0;
  guint maximum = 0;

  if (self->plan != NULL)
    names = mien_prepare_plan_get_classes (self->plan, &n_classes);
  before = g_new (guint, (gsize) n_classes * MIEN_N_SPLITS);
  after = g_new (guint, (gsize) n_classes * MIEN_N_SPLITS);
  for (guint i = 0; i < n_classes; i++)
    {
      guint totals[2] = { 0 };

      for (guint split = 0; split < MIEN_N_SPLITS; split++)
        {
          const guint at = i * MIEN_N_SPLITS + split;

          before[at] = mien_prepare_plan_count_before (self->plan, i, split);
          after[at] = mien_prepare_plan_count_after (self->plan, i, split);
          totals[0] += before[at];
          totals[1] += after[at];
        }
      maximum = MAX (maximum, MAX (totals[0], totals[1]));
    }
  gtk_widget_set_visible (self->bars_box, self->plan != NULL);
  mien_class_bars_set_counts (self->before_bars, names, before, n_classes, maximum);
  mien_class_bars_set_counts (self->after_bars, names, after, n_classes, maximum);
}

/* The part of the training pictures that is held back. */
static double
get_validation (MienPrepareWindow *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->validation_row))
           ? mien_number_row_get_value (self->validation_row) / 100.0
           : 0.0;
}

typedef struct
{
  MienDataset *dataset;
  MienPrepareOptions options;
} PlanRequest;

static void
plan_request_free (PlanRequest *request)
{
  mien_dataset_unref (request->dataset);
  mien_prepare_options_clear (&request->options);
  g_free (request);
}

static void
plan_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const PlanRequest *request = data;
  GError *error = NULL;
  MienPreparePlan *plan = mien_prepare_plan_new (request->dataset, &request->options, &error);

  if (plan != NULL)
    g_task_return_pointer (task, plan, (GDestroyNotify) mien_prepare_plan_free);
  else
    g_task_return_error (task, error);
}

static void
planned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienPrepareWindow *self = MIEN_PREPARE_WINDOW (source);
  g_autoptr (GError) error = NULL;

  /* Something has changed meanwhile. */
  if (g_task_get_cancellable (G_TASK (result)) != self->planning)
    return;

  g_clear_object (&self->planning);
  self->plan = g_task_propagate_pointer (G_TASK (result), &error);
  if (error != NULL)
    set_error (self, error->message);
  show_bars (self);
  show_summary (self);
  update_write (self);
}

static gboolean
plan_timeout_cb (gpointer user_data)
{
  MienPrepareWindow *self = user_data;
  PlanRequest *request = g_new0 (PlanRequest, 1);
  MienPrepareOptions *options = &request->options;
  g_autoptr (GTask) task = NULL;

  self->plan_timeout = 0;
  request->dataset = mien_dataset_ref (self->dataset);
  mien_prepare_options_init (options);
  mien_prepare_classes_add_to (self->classes, options);
  if (adw_expander_row_get_enable_expansion (self->balance_row))
    options->balance = (guint) mien_number_row_get_value (self->count_row);
  options->validation_fraction = get_validation (self);
  options->seed = (guint64) mien_number_row_get_value (self->seed_row);
  options->augmentation = mien_workspace_get_settings (self->workspace)->augmentation;

  /* No class would mean all of them. */
  if (options->classes->len == 0)
    {
      plan_request_free (request);
      set_error (self, _ ("Choose two classes or more."));
      show_bars (self);
      show_summary (self);
      return G_SOURCE_REMOVE;
    }

  self->planning = g_cancellable_new ();
  task = g_task_new (self, self->planning, planned_cb, NULL);
  g_task_set_task_data (task, request, (GDestroyNotify) plan_request_free);
  g_task_run_in_thread (task, plan_thread);

  return G_SOURCE_REMOVE;
}

/* What was planned is no more what is chosen. */
static void
changed (MienPrepareWindow *self)
{
  if (self->filling || self->dataset == NULL)
    return;

  self->write_failed = FALSE;
  g_cancellable_cancel (self->planning);
  g_clear_object (&self->planning);
  g_clear_pointer (&self->plan, mien_prepare_plan_free);
  g_clear_handle_id (&self->plan_timeout, g_source_remove);
  self->plan_timeout = g_timeout_add (PLAN_DELAY_MS, plan_timeout_cb, self);
  set_error (self, NULL);
  update_write (self);
}

/* As many as the largest class keeps to train on, until the person says otherwise. */
static void
classes_changed (MienPrepareWindow *self)
{
  if (self->filling || self->dataset == NULL)
    return;

  if (!self->own_count)
    {
      const guint largest = mien_prepare_classes_get_largest (self->classes);

      self->filling = TRUE;
      mien_number_row_set_value (self->count_row, round (largest * (1.0 - get_validation (self))));
      self->filling = FALSE;
    }
  changed (self);
}

static void
count_changed (MienPrepareWindow *self)
{
  if (self->filling)
    return;

  self->own_count = TRUE;
  changed (self);
}

static void
name_changed (MienPrepareWindow *self)
{
  if (self->filling)
    return;

  self->write_failed = FALSE;
  update_write (self);
}

static void
show_folder (MienPrepareWindow *self)
{
  g_autofree char *name = g_filename_display_name (self->folder);
  g_autofree char *escaped = g_markup_escape_text (name, -1);

  adw_action_row_set_subtitle (self->folder_row, escaped);
}

static void
chooser_response_cb (MienPrepareWindow *self, int response)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  g_clear_object (&self->chooser);
  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    mien_prepare_window_set_destination (self, path, gtk_editable_get_text (self->name_row));
}

static void
choose_folder (MienPrepareWindow *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder);

  if (self->chooser != NULL)
    return;

  self->chooser = gtk_file_chooser_native_new (_ ("Choose Where to Write It"), GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Choose"),
                                               _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), folder, NULL);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chooser_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
update_progress (MienPrepareWindow *self, guint job)
{
  MienProgress progress;

  if (job != MIEN_JOB_PREPARE)
    return;

  if (!self->writing)
    {
      /* Another preparation holds this one up. */
      update_write (self);
      return;
    }
  if (!mien_workspace_is_busy (self->workspace, MIEN_JOB_PREPARE))
    {
      /* It was cancelled or has failed: the plan was given away. */
      self->writing = FALSE;
      gtk_stack_set_visible_child_name (self->stack, "form");
      changed (self);
      return;
    }

  mien_workspace_get_progress (self->workspace, MIEN_JOB_PREPARE, &progress);
  mien_busy_show (self->busy_page, self->busy_bar, &progress);
}

static void
failed (MienPrepareWindow *self, guint job, const char *message)
{
  if (job != MIEN_JOB_PREPARE)
    return;

  set_error (self, message);
  self->write_failed = TRUE;
}

static void
prepared (MienPrepareWindow *self)
{
  if (self->writing)
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
write_clicked (MienPrepareWindow *self)
{
  g_autofree char *destination = dup_destination (self);

  if (self->plan == NULL || destination == NULL ||
      mien_workspace_is_busy (self->workspace, MIEN_JOB_PREPARE))
    return;

  self->writing = TRUE;
  gtk_progress_bar_set_fraction (self->busy_bar, 0.0);
  gtk_stack_set_visible_child_name (self->stack, "busy");
  mien_workspace_prepare (self->workspace, g_steal_pointer (&self->plan), destination);
  update_write (self);
}

static void
cancel_clicked (MienPrepareWindow *self)
{
  mien_workspace_cancel (self->workspace, MIEN_JOB_PREPARE);
}

/* An action of the program's window, which has to be free for what it shows. */
static void
activate_parent (MienPrepareWindow *self, const char *action, GVariant *target)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (parent != NULL)
    gtk_widget_activate_action_variant (GTK_WIDGET (parent), action, target);
}

static void
show_augmentation (GtkWidget *widget, const char *name, GVariant *parameter)
{
  activate_parent (MIEN_PREPARE_WINDOW (widget), "win.preview-augmentation", NULL);
}

static void
show_training (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (MienPrepareWindow) self = g_object_ref (MIEN_PREPARE_WINDOW (widget));

  activate_parent (self, "win.view", g_variant_new_string ("training"));
  gtk_window_close (GTK_WINDOW (self));
}

static void
mien_prepare_window_dispose (GObject *object)
{
  MienPrepareWindow *self = MIEN_PREPARE_WINDOW (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  self->filling = TRUE;
  g_clear_handle_id (&self->plan_timeout, g_source_remove);
  g_clear_object (&self->planning);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->plan, mien_prepare_plan_free);
  g_clear_pointer (&self->dataset, mien_dataset_unref);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->folder, g_free);

  G_OBJECT_CLASS (mien_prepare_window_parent_class)->dispose (object);
}

static void
mien_prepare_window_class_init (MienPrepareWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_prepare_window_dispose;

  g_type_ensure (MIEN_TYPE_ADAPTIVE_BOX);
  g_type_ensure (MIEN_TYPE_CLASS_BARS);
  g_type_ensure (MIEN_TYPE_NUMBER_ROW);
  g_type_ensure (MIEN_TYPE_PREPARE_CLASSES);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-prepare-window.ui");
  gtk_widget_class_install_action (widget_class, "prepare.augmentation", NULL, show_augmentation);
  gtk_widget_class_install_action (widget_class, "prepare.training", NULL, show_training);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, write_button);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, classes);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, balance_row);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, count_row);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, validation_row);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, seed_row);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, name_row);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, folder_row);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, bars_box);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, before_bars);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, after_bars);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, summary_label);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, error_label);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, busy_page);
  gtk_widget_class_bind_template_child (widget_class, MienPrepareWindow, busy_bar);
  gtk_widget_class_bind_template_callback (widget_class, changed);
  gtk_widget_class_bind_template_callback (widget_class, classes_changed);
  gtk_widget_class_bind_template_callback (widget_class, count_changed);
  gtk_widget_class_bind_template_callback (widget_class, name_changed);
  gtk_widget_class_bind_template_callback (widget_class, choose_folder);
  gtk_widget_class_bind_template_callback (widget_class, write_clicked);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
}

static void
mien_prepare_window_init (MienPrepareWindow *self)
{
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* The rows' first values: nothing is lost, and all classes have as many pictures as the largest. */
static void
fill (MienPrepareWindow *self)
{
  g_autofree char *source = g_path_get_basename (mien_dataset_get_directory (self->dataset));
  g_autofree char *stem = g_str_has_suffix (source, ".csv")
                            ? g_strndup (source, strlen (source) - 4)
                            : g_strdup (source);
  /* TRANSLATORS: added to a folder's name for the prepared data set made of it */
  g_autofree char *wanted = g_strdup_printf ("%s-%s", stem, _ ("prepared"));
  g_autofree char *name = NULL;
  g_autofree char *display_name = NULL;
  MienScanOptions scan;

  mien_scan_options_init (&scan);
  self->folder = mien_destination_dup_default_folder ();
  name = mien_destination_dup_free_name (self->folder, wanted);
  display_name = g_filename_display_name (name);
  gtk_editable_set_text (self->name_row, display_name);
  show_folder (self);
  gtk_widget_set_visible (GTK_WIDGET (self->validation_row),
                          mien_dataset_count_split (self->dataset, MIEN_SPLIT_VALIDATION) == 0 ||
                            mien_dataset_split_was_made (self->dataset, MIEN_SPLIT_VALIDATION));
  mien_number_row_set_value (self->validation_row, scan.validation_fraction * 100.0);
  mien_number_row_set_value (self->seed_row,
                             (double) mien_workspace_get_settings (self->workspace)->seed);
  mien_prepare_classes_set_dataset (self->classes, self->dataset);
}

/**
 * mien_prepare_window_new:
 * @parent: (nullable): what it stands above
 * @workspace: whose data set to prepare; it has one
 *
 * Returns: (transfer none): a new modal window, to be presented
 */
GtkWidget *
mien_prepare_window_new (GtkWindow *parent, MienWorkspace *workspace)
{
  MienPrepareWindow *self = g_object_new (MIEN_TYPE_PREPARE_WINDOW, "transient-for", parent, NULL);

  self->workspace = g_object_ref (workspace);
  self->dataset = mien_dataset_ref (mien_workspace_get_dataset (workspace));
  fill (self);
  self->filling = FALSE;
  g_signal_connect_swapped (workspace, "notify::settings", G_CALLBACK (changed), self);
  g_signal_connect_swapped (workspace, "progress", G_CALLBACK (update_progress), self);
  g_signal_connect_swapped (workspace, "failed", G_CALLBACK (failed), self);
  g_signal_connect_swapped (workspace, "prepared", G_CALLBACK (prepared), self);
  classes_changed (self);

  return GTK_WIDGET (self);
}

/**
 * mien_prepare_window_get_state:
 *
 * Returns: "form" or, while a data set is written, "busy"
 */
const char *
mien_prepare_window_get_state (MienPrepareWindow *self)
{
  g_return_val_if_fail (MIEN_IS_PREPARE_WINDOW (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

/**
 * mien_prepare_window_is_ready:
 *
 * Returns: whether what is chosen has been planned, or found impossible
 */
gboolean
mien_prepare_window_is_ready (MienPrepareWindow *self)
{
  g_return_val_if_fail (MIEN_IS_PREPARE_WINDOW (self), FALSE);

  return self->plan_timeout == 0 && self->planning == NULL && !self->writing;
}

/**
 * mien_prepare_window_set_destination:
 * @folder: (type filename): where the new data set's folder is to be made
 * @name: what it is to be called
 */
void
mien_prepare_window_set_destination (MienPrepareWindow *self, const char *folder, const char *name)
{
  g_autofree char *new_folder = g_strdup (folder);
  g_autofree char *new_name = g_strdup (name);

  g_return_if_fail (MIEN_IS_PREPARE_WINDOW (self));

  g_free (self->folder);
  self->folder = g_steal_pointer (&new_folder);
  gtk_editable_set_text (self->name_row, new_name);
  show_folder (self);
  name_changed (self);
}
