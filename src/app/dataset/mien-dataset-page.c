/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-dataset-page.h"

#include <glib/gi18n-lib.h>

#include "app/dataset/mien-class-bars.h"
#include "app/dataset/mien-issue-list.h"
#include "app/dataset/mien-picture-list.h"
#include "app/widgets/mien-busy.h"
#include "app/widgets/mien-drop.h"
#include "app/widgets/mien-format.h"
#include "app/widgets/mien-picture-grid.h"

struct _MienDatasetPage
{
  AdwBin parent_instance;

  /* Template children */
  GtkStack *stack;
  GtkButton *again_button;
  GtkLabel *again_label;
  AdwStatusPage *busy_page;
  GtkProgressBar *busy_bar;
  AdwStatusPage *error_page;
  GtkWidget *back_button;
  AdwFlap *flap;
  GtkLabel *name_label;
  GtkLabel *counts_label;
  GtkLabel *path_label;
  GtkLabel *split_label;
  MienClassBars *class_bars;
  GtkWidget *corrections_box;
  GtkLabel *corrections_label;
  GtkWidget *issues_box;
  MienIssueList *issue_list;
  GtkWidget *twins_button;
  GtkDropDown *class_drop_down;
  GtkDropDown *split_drop_down;
  GtkSearchEntry *search_entry;
  GtkStack *grid_stack;
  MienPictureGrid *grid;
  GtkLabel *status_label;

  /* Owned */
  MienWorkspace *workspace;
  MienPictureList *pictures;
  char *last_folder; /* URI */

  gboolean filling; /* the drop downs are being filled: no filter yet */
};

enum
{
  PROP_0,
  PROP_WORKSPACE,
  PROP_LAST_FOLDER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienDatasetPage, mien_dataset_page, ADW_TYPE_BIN)

static MienDataset *
get_dataset (MienDatasetPage *self)
{
  return self->workspace != NULL ? mien_workspace_get_dataset (self->workspace) : NULL;
}

static void
update_state (MienDatasetPage *self)
{
  const char *error = mien_workspace_get_dataset_error (self->workspace);
  const char *state = "empty";

  if (mien_workspace_is_busy (self->workspace, MIEN_JOB_SAMPLE) ||
      mien_workspace_is_busy (self->workspace, MIEN_JOB_SCAN))
    state = "busy";
  else if (error != NULL)
    state = "error";
  else if (get_dataset (self) != NULL)
    state = "content";

  if (error != NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (error, -1);
      adw_status_page_set_description (self->error_page, escaped);
    }
  gtk_widget_set_visible (self->back_button, get_dataset (self) != NULL);
  gtk_stack_set_visible_child_name (self->stack, state);
}

static void
update_progress (MienDatasetPage *self, guint job)
{
  MienProgress progress;

  if (job != MIEN_JOB_SAMPLE && job != MIEN_JOB_SCAN)
    return;

  mien_workspace_get_progress (self->workspace, job, &progress);
  mien_busy_show (self->busy_page, self->busy_bar, &progress);
}

static void
update_status (MienDatasetPage *self)
{
  MienPictureItem *item = mien_picture_grid_get_selected_item (self->grid);
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->pictures));
  g_autofree char *count = mien_format_pictures (n);

  gtk_label_set_label (self->status_label,
                       item != NULL ? mien_picture_item_get_title (item) : count);
  gtk_stack_set_visible_child_name (self->grid_stack, n > 0 ? "pictures" : "none");
}

static void
filter_changed (MienDatasetPage *self)
{
  guint class_row, split_row;

  if (self->filling)
    return;

  class_row = gtk_drop_down_get_selected (self->class_drop_down);
  split_row = gtk_drop_down_get_selected (self->split_drop_down);
  mien_picture_list_set_filter (self->pictures, (int) class_row - 1, (int) split_row - 1,
                                gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  update_status (self);
}

static void
class_activated (MienDatasetPage *self, guint class_index)
{
  gtk_drop_down_set_selected (self->class_drop_down, class_index + 1);
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

static void
fill_drop_downs (MienDatasetPage *self, MienDataset *dataset)
{
  g_autoptr (GtkStringList) classes = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) splits = gtk_string_list_new (NULL);

  gtk_string_list_append (classes, _ ("All classes"));
  gtk_string_list_splice (classes, 1, 0, mien_dataset_get_classes (dataset, NULL));
  gtk_string_list_append (splits, _ ("All splits"));
  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    gtk_string_list_append (splits, mien_split_get_title (split));

  self->filling = TRUE;
  gtk_drop_down_set_model (self->class_drop_down, G_LIST_MODEL (classes));
  gtk_drop_down_set_model (self->split_drop_down, G_LIST_MODEL (splits));
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  self->filling = FALSE;
}

static void
fill_split_label (MienDatasetPage *self, MienDataset *dataset)
{
  const gboolean made_validation = mien_dataset_split_was_made (dataset, MIEN_SPLIT_VALIDATION);
  const gboolean made_test = mien_dataset_split_was_made (dataset, MIEN_SPLIT_TEST);
  const char *text = NULL;

  if (made_validation && made_test)
    text = _ ("The folder has no splits of its own: validation and test pictures were set apart.");
  else if (made_validation)
    text = _ ("The folder has no validation pictures of its own: some of training were set apart.");
  else if (made_test)
    text = _ ("The folder has no test pictures of its own: some were set apart.");

  gtk_label_set_label (self->split_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->split_label), text != NULL);
}

static void
fill_corrections (MienDatasetPage *self, MienDataset *dataset)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_moved, n_set_aside;

  mien_dataset_get_corrections (dataset, &n_moved, &n_set_aside);
  if (n_moved > 0)
    g_string_append_printf (
      text,
      ngettext ("%u picture moved to another class", "%u pictures moved to another class", n_moved),
      n_moved);
  if (n_moved > 0 && n_set_aside > 0)
    g_string_append_c (text, '\n');
  if (n_set_aside > 0)
    g_string_append_printf (
      text, ngettext ("%u picture set aside", "%u pictures set aside", n_set_aside), n_set_aside);
  gtk_label_set_label (self->corrections_label, text->str);
  gtk_widget_set_visible (self->corrections_box, text->len > 0);
}

static void
show_dataset (MienDatasetPage *self)
{
  MienDataset *dataset = get_dataset (self);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autofree char *pictures = NULL;
  g_autofree char *classes = NULL;
  g_autofree char *counts = NULL;
  guint n_classes;

  if (dataset != NULL)
    {
      mien_dataset_get_classes (dataset, &n_classes);
      name = g_filename_display_basename (mien_dataset_get_directory (dataset));
      path = g_filename_display_name (mien_dataset_get_directory (dataset));
      pictures = mien_format_pictures (mien_dataset_get_n_pictures (dataset));
      classes = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u class", "%u classes", n_classes),
                                 n_classes);
      /* TRANSLATORS: "780 pictures, 3 classes" */
      counts = g_strdup_printf (_ ("%s, %s"), pictures, classes);

      gtk_label_set_label (self->name_label, name);
      gtk_label_set_label (self->counts_label, counts);
      gtk_label_set_label (self->path_label, path);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->path_label), path);
      fill_split_label (self, dataset);
      fill_drop_downs (self, dataset);
      fill_corrections (self, dataset);
      gtk_widget_set_visible (self->issues_box, mien_dataset_get_n_issues (dataset) > 0 ||
                                                  mien_dataset_get_n_twins (dataset) > 0);
      gtk_widget_set_visible (self->twins_button, mien_dataset_get_n_twins (dataset) > 0);
    }
  mien_class_bars_set_dataset (self->class_bars, dataset);
  mien_issue_list_set_dataset (self->issue_list, dataset);
  mien_picture_list_set_dataset (self->pictures, dataset);
  filter_changed (self);
  update_state (self);
}

static void
cancel_clicked (MienDatasetPage *self)
{
  mien_workspace_cancel (self->workspace, MIEN_JOB_SAMPLE);
  mien_workspace_cancel (self->workspace, MIEN_JOB_SCAN);
}

static void
back_clicked (MienDatasetPage *self)
{
  mien_workspace_close_dataset_error (self->workspace);
}

static void
again_clicked (MienDatasetPage *self)
{
  g_autofree char *path = g_filename_from_uri (self->last_folder, NULL, NULL);

  if (path != NULL)
    mien_workspace_open_folder (self->workspace, path);
}

static void
picture_activated (MienDatasetPage *self, MienPictureItem *item)
{
  g_autofree char *uri = g_filename_to_uri (mien_picture_item_get_path (item), NULL, NULL);

  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), uri, GDK_CURRENT_TIME);
}

/* One folder is a data set: the first of what was dropped. */
static gboolean
dropped (GtkWidget *widget, GListModel *files, GdkTexture *texture)
{
  MienDatasetPage *self = MIEN_DATASET_PAGE (widget);
  g_autoptr (GFile) folder = g_list_model_get_item (files, 0);
  g_autofree char *path = g_file_get_path (folder);

  if (path == NULL || self->workspace == NULL)
    return FALSE;

  mien_workspace_open_folder (self->workspace, path);
  return TRUE;
}

static void
mien_dataset_page_dispose (GObject *object)
{
  MienDatasetPage *self = MIEN_DATASET_PAGE (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  /* Before what its signals need. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->workspace);
  g_clear_object (&self->pictures);
  g_clear_pointer (&self->last_folder, g_free);

  G_OBJECT_CLASS (mien_dataset_page_parent_class)->dispose (object);
}

static void
mien_dataset_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MienDatasetPage *self = MIEN_DATASET_PAGE (object);

  switch (id)
    {
    case PROP_WORKSPACE:
      g_value_set_object (value, self->workspace);
      break;
    case PROP_LAST_FOLDER:
      g_value_set_string (value, self->last_folder);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_dataset_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MienDatasetPage *self = MIEN_DATASET_PAGE (object);

  switch (id)
    {
    case PROP_WORKSPACE:
      mien_dataset_page_set_workspace (self, g_value_get_object (value));
      break;
    case PROP_LAST_FOLDER:
      mien_dataset_page_set_last_folder (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_dataset_page_class_init (MienDatasetPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = mien_dataset_page_dispose;
  object_class->get_property = mien_dataset_page_get_property;
  object_class->set_property = mien_dataset_page_set_property;

  properties[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, MIEN_TYPE_WORKSPACE,
                                                    flags);
  properties[PROP_LAST_FOLDER] = g_param_spec_string ("last-folder", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (MIEN_TYPE_CLASS_BARS);
  g_type_ensure (MIEN_TYPE_ISSUE_LIST);
  g_type_ensure (MIEN_TYPE_PICTURE_GRID);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-dataset-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, again_button);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, again_label);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, busy_page);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, busy_bar);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, flap);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, name_label);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, counts_label);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, path_label);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, split_label);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, class_bars);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, corrections_box);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, corrections_label);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, issues_box);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, issue_list);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, twins_button);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, class_drop_down);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, split_drop_down);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, grid_stack);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, grid);
  gtk_widget_class_bind_template_child (widget_class, MienDatasetPage, status_label);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, class_activated);
  gtk_widget_class_bind_template_callback (widget_class, update_status);
  gtk_widget_class_bind_template_callback (widget_class, picture_activated);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, again_clicked);
}

static void
mien_dataset_page_init (MienDatasetPage *self)
{
  self->pictures = mien_picture_list_new ();
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filling = FALSE;
  mien_picture_grid_set_model (self->grid, G_LIST_MODEL (self->pictures));
  mien_drop_add_target (GTK_WIDGET (self), FALSE, dropped);
}

/**
 * mien_dataset_page_get_workspace:
 *
 * Returns: (transfer none) (nullable): what the page shows
 */
MienWorkspace *
mien_dataset_page_get_workspace (MienDatasetPage *self)
{
  g_return_val_if_fail (MIEN_IS_DATASET_PAGE (self), NULL);

  return self->workspace;
}

/**
 * mien_dataset_page_set_workspace:
 * @workspace: what the page shows; set once
 */
void
mien_dataset_page_set_workspace (MienDatasetPage *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_DATASET_PAGE (self));
  g_return_if_fail (self->workspace == NULL);

  if (workspace == NULL)
    return;

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "notify::dataset", G_CALLBACK (show_dataset), self);
  g_signal_connect_swapped (workspace, "notify::dataset-error", G_CALLBACK (update_state), self);
  g_signal_connect_swapped (workspace, "notify::scanning", G_CALLBACK (update_state), self);
  g_signal_connect_swapped (workspace, "progress", G_CALLBACK (update_progress), self);
  show_dataset (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKSPACE]);
}

/**
 * mien_dataset_page_set_last_folder:
 * @uri: (nullable): a folder to offer while there is no data set
 */
void
mien_dataset_page_set_last_folder (MienDatasetPage *self, const char *uri)
{
  g_autofree char *path = NULL;

  g_return_if_fail (MIEN_IS_DATASET_PAGE (self));

  if (uri != NULL && *uri != '\0')
    path = g_filename_from_uri (uri, NULL, NULL);
  g_free (self->last_folder);
  self->last_folder = path != NULL ? g_strdup (uri) : NULL;

  if (path != NULL)
    {
      g_autofree char *name = g_filename_display_basename (path);
      g_autofree char *full = g_filename_display_name (path);
      g_autofree char *text = g_strdup_printf (_ ("Open “%s” Again"), name);

      gtk_label_set_label (self->again_label, text);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->again_button), full);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->again_button), path != NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_FOLDER]);
}

/**
 * mien_dataset_page_get_state:
 *
 * Returns: which of its states is seen: "empty", "busy", "error" or "content"
 */
const char *
mien_dataset_page_get_state (MienDatasetPage *self)
{
  g_return_val_if_fail (MIEN_IS_DATASET_PAGE (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

/**
 * mien_dataset_page_drop:
 * @value: what the drop target would be given
 *
 * Takes @value as if it had been dropped on the page.
 *
 * Returns: whether it was taken
 */
gboolean
mien_dataset_page_drop (MienDatasetPage *self, const GValue *value)
{
  g_return_val_if_fail (MIEN_IS_DATASET_PAGE (self), FALSE);

  return mien_drop_take_value (GTK_WIDGET (self), value, dropped);
}
