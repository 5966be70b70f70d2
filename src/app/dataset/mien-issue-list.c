/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-issue-list.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/widgets/mien-format.h"

#define N_KINDS (MIEN_ISSUE_SIZE + 1)

/* Rows are made when their kind is opened, and so many at a time: a folder may have thousands of
 * issues. */
#define N_ROWS 50

/* One kind's row, with what it takes to fill it. */
typedef struct
{
  MienDataset *dataset; /* owned */
  MienIssueKind kind;
  guint next; /* the first issue that has no row yet */
} Filler;

struct _MienIssueList
{
  GtkWidget parent_instance;

  GtkWidget *list; /* child */
};

G_DEFINE_FINAL_TYPE (MienIssueList, mien_issue_list, GTK_TYPE_WIDGET)

static void
filler_free (gpointer data)
{
  Filler *filler = data;

  mien_dataset_unref (filler->dataset);
  g_free (filler);
}

static void
show_folder (GtkWidget *button, gpointer user_data)
{
  const char *path = g_object_get_data (G_OBJECT (button), "path");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *uri = g_filename_to_uri (folder, NULL, NULL);

  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (button)), uri, GDK_CURRENT_TIME);
}

/* The picture of a path, which they are in byte order of; G_MAXUINT: none. */
static guint
find_picture (MienDataset *dataset, const char *path)
{
  guint low = 0;
  guint high = mien_dataset_get_n_pictures (dataset);

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const int order = strcmp (path, mien_dataset_get_picture (dataset, middle)->path);

      if (order == 0)
        return middle;
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return G_MAXUINT;
}

/* Which of the groups of twins the picture of an issue is in. */
static gboolean
find_group (MienDataset *dataset, const MienIssue *issue, guint *group)
{
  const MienTwins *twins = NULL;
  guint picture;

  if (issue->kind != MIEN_ISSUE_DUPLICATE && issue->kind != MIEN_ISSUE_LEAK &&
      issue->kind != MIEN_ISSUE_CONFLICT)
    return FALSE;

  picture = find_picture (dataset, issue->path);
  if (picture != G_MAXUINT)
    twins = mien_dataset_find_twins (dataset, picture);
  for (*group = 0; *group < mien_dataset_get_n_twins (dataset); (*group)++)
    if (mien_dataset_get_twins (dataset, *group) == twins)
      return TRUE;
  return FALSE;
}

static void
let_compare (AdwActionRow *row, guint group)
{
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "u", group);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.compare-twins");
  adw_action_row_add_suffix (row, gtk_image_new_from_icon_name ("go-next-symbolic"));
}

static GtkWidget *
make_row (MienDataset *dataset, const MienIssue *issue)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *name = g_filename_display_basename (issue->path);
  g_autofree char *path = g_filename_display_name (issue->path);
  GtkWidget *button = gtk_button_new_from_icon_name ("folder-open-symbolic");
  guint group;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), issue->reason);
  gtk_widget_set_tooltip_text (row, path);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Show the Folder"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Show the Folder"), -1);
  g_object_set_data_full (G_OBJECT (button), "path", g_strdup (issue->path), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (show_folder), NULL);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  if (find_group (dataset, issue, &group))
    let_compare (ADW_ACTION_ROW (row), group);

  return row;
}

static void fill (AdwExpanderRow *expander, Filler *filler);

static void
more_activated (AdwActionRow *more, AdwExpanderRow *expander)
{
  Filler *filler = g_object_get_data (G_OBJECT (expander), "filler");

  adw_expander_row_remove (expander, GTK_WIDGET (more));
  fill (expander, filler);
}

static void
fill (AdwExpanderRow *expander, Filler *filler)
{
  const guint n = mien_dataset_get_n_issues (filler->dataset);
  guint n_rows = 0;

  for (; filler->next < n; filler->next++)
    {
      const MienIssue *issue = mien_dataset_get_issue (filler->dataset, filler->next);

      if (issue->kind != filler->kind)
        continue;
      if (n_rows == N_ROWS)
        {
          GtkWidget *more = adw_action_row_new ();

          adw_preferences_row_set_title (ADW_PREFERENCES_ROW (more), _ ("Show More…"));
          gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (more), TRUE);
          g_signal_connect (more, "activated", G_CALLBACK (more_activated), expander);
          adw_expander_row_add_row (expander, more);
          return;
        }
      adw_expander_row_add_row (expander, make_row (filler->dataset, issue));
      n_rows++;
    }
}

static void
expanded_changed (AdwExpanderRow *expander, GParamSpec *pspec, Filler *filler)
{
  if (adw_expander_row_get_expanded (expander) && filler->next == 0)
    fill (expander, filler);
}

static GtkWidget *
make_expander (MienDataset *dataset, MienIssueKind kind, guint count)
{
  GtkWidget *expander = adw_expander_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  g_autofree char *text = mien_format_count (count);
  GtkWidget *label = gtk_label_new (text);
  Filler *filler = g_new0 (Filler, 1);

  filler->dataset = mien_dataset_ref (dataset);
  filler->kind = kind;
  g_object_set_data_full (G_OBJECT (expander), "filler", filler, filler_free);
  g_signal_connect (expander, "notify::expanded", G_CALLBACK (expanded_changed), filler);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), mien_issue_kind_get_title (kind));
  gtk_widget_add_css_class (icon, "warning");
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (expander), icon);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "dim-label");
  adw_expander_row_add_action (ADW_EXPANDER_ROW (expander), label);

  return expander;
}

static void
mien_issue_list_dispose (GObject *object)
{
  g_clear_pointer (&MIEN_ISSUE_LIST (object)->list, gtk_widget_unparent);

  G_OBJECT_CLASS (mien_issue_list_parent_class)->dispose (object);
}

static void
mien_issue_list_class_init (MienIssueListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mien_issue_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
mien_issue_list_init (MienIssueList *self)
{
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Issues"), -1);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
}

/**
 * mien_issue_list_set_dataset:
 * @dataset: (nullable): whose issues to show
 */
void
mien_issue_list_set_dataset (MienIssueList *self, MienDataset *dataset)
{
  guint counts[N_KINDS] = { 0 };
  GtkWidget *child;

  g_return_if_fail (MIEN_IS_ISSUE_LIST (self));

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  if (dataset == NULL)
    return;

  for (guint i = 0; i < mien_dataset_get_n_issues (dataset); i++)
    counts[mien_dataset_get_issue (dataset, i)->kind]++;
  for (guint kind = 0; kind < N_KINDS; kind++)
    if (counts[kind] > 0)
      gtk_list_box_append (GTK_LIST_BOX (self->list), make_expander (dataset, kind, counts[kind]));
}
