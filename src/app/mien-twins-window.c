/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mien-twins-window.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/mien-format.h"
#include "app/mien-thumbnail.h"

/* Pixels of a picture, and pictures of a group that are shown: a thousand blank cards say no more
 * than some of them. */
#define PICTURE_SIZE 160
#define MAX_PICTURES 60

struct _MienTwinsWindow
{
  AdwWindow parent_instance;

  /* Template children */
  AdwWindowTitle *title;
  GtkStack *stack;
  GtkLabel *kind_label;
  GtkLabel *where_label;
  GtkFlowBox *pictures;
  GtkLabel *more_label;
  GtkScrolledWindow *scroller;
  GtkWidget *leave_out_row;
  GtkSwitch *leave_out_switch;

  MienWorkspace *workspace; /* owned */
  guint group;              /* which one is shown */
  gboolean showing;         /* the switch is being set: no edit */
};

G_DEFINE_FINAL_TYPE (MienTwinsWindow, mien_twins_window, ADW_TYPE_WINDOW)

static guint
count_groups (MienTwinsWindow *self)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);

  return dataset != NULL ? mien_dataset_get_n_twins (dataset) : 0;
}

static GtkWidget *
make_label (const char *text, PangoEllipsizeMode ellipsize)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
  gtk_widget_set_tooltip_text (label, text);
  return label;
}

/* A picture above its class and split, and the path that it has below the data set's folder. */
static GtkWidget *
make_tile (MienDataset *dataset, guint index)
{
  const MienPicture *picture = mien_dataset_get_picture (dataset, index);
  const char *directory = mien_dataset_get_directory (dataset);
  gboolean is_inside = g_str_has_prefix (picture->path, directory);
  g_autofree char *path = g_filename_display_name (picture->path +
                                                   (is_inside ? strlen (directory) : 0));
  /* TRANSLATORS: the class and the split of a picture */
  g_autofree char *place = g_strdup_printf (
    _ ("%s · %s"), mien_dataset_get_classes (dataset, NULL)[picture->class_index],
    mien_split_get_title (picture->split));
  g_autofree char *title = g_strdup_printf ("%s, %s", path + (is_inside ? 1 : 0), place);
  g_autoptr (MienPictureItem) item = mien_picture_item_new (picture->path, title, NULL, index);
  GtkWidget *tile = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *thumbnail = mien_thumbnail_new (PICTURE_SIZE);
  GtkWidget *place_label = make_label (place, PANGO_ELLIPSIZE_END);
  GtkWidget *path_label = make_label (path + (is_inside ? 1 : 0), PANGO_ELLIPSIZE_START);

  mien_thumbnail_set_item (MIEN_THUMBNAIL (thumbnail), item);
  gtk_widget_add_css_class (path_label, "caption");
  gtk_widget_add_css_class (path_label, "dim-label");
  gtk_box_append (GTK_BOX (tile), thumbnail);
  gtk_box_append (GTK_BOX (tile), place_label);
  gtk_box_append (GTK_BOX (tile), path_label);
  return tile;
}

/* What is wrong with a group, in words. */
static const char *
describe_place (const MienTwins *twins)
{
  gboolean is_parted = (twins->splits & (twins->splits - 1)) != 0;

  if (is_parted && twins->conflicting)
    return _ ("In more than one split, and in more than one class");
  if (is_parted)
    return _ ("In more than one split");
  if (twins->conflicting)
    return _ ("In more than one class");
  return _ ("In one split and one class");
}

static void
clear_pictures (MienTwinsWindow *self)
{
  GtkFlowBoxChild *child;

  while ((child = gtk_flow_box_get_child_at_index (self->pictures, 0)) != NULL)
    gtk_flow_box_remove (self->pictures, GTK_WIDGET (child));
}

static void
show_group (MienTwinsWindow *self)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  const guint n = count_groups (self);
  g_autofree char *number = NULL;
  g_autofree char *total = mien_format_count (n);
  g_autofree char *title = NULL;
  const MienTwins *twins;
  guint n_shown;

  clear_pictures (self);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "group" : "none");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "twins.previous", self->group > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "twins.next", self->group + 1 < n);
  if (n == 0)
    {
      adw_window_title_set_subtitle (self->title, "");
      return;
    }

  number = mien_format_count (self->group + 1);
  /* TRANSLATORS: which of the groups of twins is shown, and of how many */
  title = g_strdup_printf (_ ("Group %s of %s"), number, total);
  adw_window_title_set_subtitle (self->title, title);

  twins = mien_dataset_get_twins (dataset, self->group);
  gtk_label_set_label (self->kind_label, twins->kind == MIEN_TWINS_EXACT
                                           ? _ ("Exactly the same picture")
                                           : _ ("Nearly the same picture"));
  gtk_label_set_label (self->where_label, describe_place (twins));
  n_shown = MIN (twins->pictures->len, MAX_PICTURES);
  for (guint i = 0; i < n_shown; i++)
    gtk_flow_box_insert (self->pictures,
                         make_tile (dataset, g_array_index (twins->pictures, guint, i)), -1);

  gtk_widget_set_visible (GTK_WIDGET (self->more_label), n_shown < twins->pictures->len);
  if (n_shown < twins->pictures->len)
    {
      const guint n_more = twins->pictures->len - n_shown;
      g_autofree char *more = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "And %u more picture", "And %u more pictures", n_more),
        n_more);

      gtk_label_set_label (self->more_label, more);
    }
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

static void
show_previous (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienTwinsWindow *self = MIEN_TWINS_WINDOW (widget);

  if (self->group > 0)
    self->group--;
  show_group (self);
}

static void
show_next (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienTwinsWindow *self = MIEN_TWINS_WINDOW (widget);

  if (self->group + 1 < count_groups (self))
    self->group++;
  show_group (self);
}

static void
settings_changed (MienTwinsWindow *self)
{
  self->showing = TRUE;
  gtk_switch_set_active (self->leave_out_switch,
                         mien_workspace_get_settings (self->workspace)->leave_out_twins);
  self->showing = FALSE;
}

static void
switch_changed (MienTwinsWindow *self)
{
  if (self->showing)
    return;

  mien_workspace_get_settings (self->workspace)->leave_out_twins = gtk_switch_get_active (
    self->leave_out_switch);
  mien_workspace_settings_changed (self->workspace);
}

static void
training_changed (MienTwinsWindow *self)
{
  gtk_widget_set_sensitive (self->leave_out_row,
                            !mien_workspace_is_busy (self->workspace, MIEN_JOB_TRAIN));
}

static void
dataset_changed (MienTwinsWindow *self)
{
  self->group = 0;
  show_group (self);
}

static void
mien_twins_window_dispose (GObject *object)
{
  MienTwinsWindow *self = MIEN_TWINS_WINDOW (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_twins_window_parent_class)->dispose (object);
}

static void
mien_twins_window_class_init (MienTwinsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_twins_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-twins-window.ui");
  gtk_widget_class_install_action (widget_class, "twins.previous", NULL, show_previous);
  gtk_widget_class_install_action (widget_class, "twins.next", NULL, show_next);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, title);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, kind_label);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, where_label);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, pictures);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, more_label);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, leave_out_row);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, leave_out_switch);
  gtk_widget_class_bind_template_callback (widget_class, switch_changed);
}

static void
mien_twins_window_init (MienTwinsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_twins_window_new:
 * @parent: (nullable): what it stands above
 * @workspace: whose data set to show, and whose settings to edit
 *
 * Shows the groups of twins of the open data set, one after the other, and the setting that leaves
 * them out of the training. It follows when another data set is opened.
 *
 * Returns: (transfer none): a new modal window, to be presented
 */
GtkWidget *
mien_twins_window_new (GtkWindow *parent, MienWorkspace *workspace)
{
  MienTwinsWindow *self = g_object_new (MIEN_TYPE_TWINS_WINDOW, "transient-for", parent, NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "notify::dataset", G_CALLBACK (dataset_changed), self);
  g_signal_connect_swapped (workspace, "notify::settings", G_CALLBACK (settings_changed), self);
  g_signal_connect_swapped (workspace, "notify::training", G_CALLBACK (training_changed), self);
  settings_changed (self);
  training_changed (self);
  dataset_changed (self);

  return GTK_WIDGET (self);
}
