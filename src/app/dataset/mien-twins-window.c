/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-twins-window.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"
#include "app/widgets/mien-thumbnail.h"
#include "train/mien-training-set.h"

/* Pixels of a picture, and pictures of a group that are shown: a thousand blank cards say no more
 * than some of them. */
#define PICTURE_SIZE 160
#define MAX_PICTURES 60

/* Which groups are gone through, as the drop-down lists them. */
typedef enum
{
  SHOW_ALL,
  SHOW_PARTED,
  SHOW_CONFLICTING
} Show;

struct _MienTwinsWindow
{
  AdwWindow parent_instance;

  /* Template children */
  AdwWindowTitle *title;
  GtkDropDown *show_drop_down;
  GtkStack *stack;
  AdwStatusPage *none_page;
  GtkLabel *kind_label;
  GtkLabel *where_label;
  GtkFlowBox *pictures;
  GtkLabel *more_label;
  GtkScrolledWindow *scroller;
  AdwActionRow *leave_out_row;
  GtkSwitch *leave_out_switch;

  MienWorkspace *workspace; /* owned */
  GArray *groups;           /* (element-type guint), owned: those that are gone through */
  guint position;           /* of the one that is shown, among them */
  MienTrainingSet *set;     /* owned: what is trained on without twins; NULL without a data set */
  gboolean filling;         /* the widgets are being set: no edit */
};

G_DEFINE_FINAL_TYPE (MienTwinsWindow, mien_twins_window, ADW_TYPE_WINDOW)

static gboolean
is_parted (const MienTwins *twins)
{
  return (twins->splits & (twins->splits - 1)) != 0;
}

static gboolean
is_to_be_shown (const MienTwins *twins, Show show)
{
  switch (show)
    {
    case SHOW_PARTED:
      return is_parted (twins);
    case SHOW_CONFLICTING:
      return twins->conflicting;
    case SHOW_ALL:
    default:
      return TRUE;
    }
}

static guint
count_twins (MienTwinsWindow *self)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);

  return dataset != NULL ? mien_dataset_get_n_twins (dataset) : 0;
}

static void
list_groups (MienTwinsWindow *self)
{
  const Show show = (Show) gtk_drop_down_get_selected (self->show_drop_down);
  const guint n = count_twins (self);

  g_array_set_size (self->groups, 0);
  for (guint i = 0; i < n; i++)
    if (is_to_be_shown (mien_dataset_get_twins (mien_workspace_get_dataset (self->workspace), i),
                        show))
      g_array_append_val (self->groups, i);
  self->position = 0;
}

static gboolean
is_left_out (MienTwinsWindow *self, const MienPicture *picture, guint index)
{
  return mien_workspace_get_settings (self->workspace)->leave_out_twins &&
         picture->split == MIEN_SPLIT_TRAIN && !mien_training_set_has (self->set, index);
}

static void
add_label (GtkWidget *tile, const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (tile), label);
}

/* A picture above its class and split, its name, and whether it is left out of the training. */
static GtkWidget *
make_tile (MienTwinsWindow *self, guint index)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  const MienPicture *picture = mien_dataset_get_picture (dataset, index);
  g_autofree char *path = g_filename_display_name (picture->path);
  g_autofree char *name = g_filename_display_basename (picture->path);
  /* TRANSLATORS: the class and the split of a picture */
  g_autofree char *place = g_strdup_printf (
    _ ("%s · %s"), mien_dataset_get_classes (dataset, NULL)[picture->class_index],
    mien_split_get_title (picture->split));
  g_autofree char *title = g_strdup_printf ("%s, %s", name, place);
  g_autoptr (MienPictureItem) item = mien_picture_item_new (picture->path, title, NULL, index);
  GtkWidget *tile = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *thumbnail = mien_thumbnail_new (PICTURE_SIZE);

  mien_thumbnail_set_item (MIEN_THUMBNAIL (thumbnail), item);
  gtk_widget_set_halign (thumbnail, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (tile), thumbnail);
  add_label (tile, place, "heading");
  add_label (tile, name, "caption");
  if (is_left_out (self, picture, index))
    add_label (tile, _ ("Left out of training"), "caption-heading");
  gtk_widget_set_tooltip_text (tile, path);
  return tile;
}

/* What is wrong with a group, in words. */
static const char *
describe_place (const MienTwins *twins)
{
  if (is_parted (twins) && twins->conflicting)
    return _ ("In more than one split, and in more than one class");
  if (is_parted (twins))
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
show_none (MienTwinsWindow *self)
{
  const gboolean some = count_twins (self) > 0;

  adw_window_title_set_subtitle (self->title, "");
  adw_status_page_set_title (self->none_page, some ? _ ("No Such Group") : _ ("No Twins"));
  adw_status_page_set_description (self->none_page,
                                   some ? _ ("Choose other groups to go through.")
                                        : _ ("No two pictures of this data set show the same."));
}

static void
show_group (MienTwinsWindow *self)
{
  const guint n = self->groups->len;
  g_autofree char *number = mien_format_count (self->position + 1);
  g_autofree char *total = mien_format_count (n);
  g_autofree char *title = NULL;
  const MienTwins *twins;
  guint n_shown;
  guint n_more;

  clear_pictures (self);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "group" : "none");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "twins.previous", self->position > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "twins.next", self->position + 1 < n);
  if (n == 0)
    {
      show_none (self);
      return;
    }

  /* TRANSLATORS: which of the groups of twins is shown, and of how many */
  title = g_strdup_printf (_ ("Group %s of %s"), number, total);
  adw_window_title_set_subtitle (self->title, title);

  twins = mien_dataset_get_twins (mien_workspace_get_dataset (self->workspace),
                                  g_array_index (self->groups, guint, self->position));
  gtk_label_set_label (self->kind_label, twins->kind == MIEN_TWINS_EXACT
                                           ? _ ("Exactly the same picture")
                                           : _ ("Nearly the same picture"));
  gtk_label_set_label (self->where_label, describe_place (twins));
  n_shown = MIN (twins->pictures->len, MAX_PICTURES);
  for (guint i = 0; i < n_shown; i++)
    gtk_flow_box_insert (self->pictures,
                         make_tile (self, g_array_index (twins->pictures, guint, i)), -1);

  n_more = twins->pictures->len - n_shown;
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), n_more > 0);
  if (n_more > 0)
    {
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

  if (self->position > 0)
    self->position--;
  show_group (self);
}

static void
show_next (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienTwinsWindow *self = MIEN_TWINS_WINDOW (widget);

  if (self->position + 1 < self->groups->len)
    self->position++;
  show_group (self);
}

static void
show_changed (MienTwinsWindow *self)
{
  if (self->filling)
    return;

  list_groups (self);
  show_group (self);
}

static void
picture_activated (MienTwinsWindow *self, GtkFlowBoxChild *child)
{
  const MienTwins *twins = mien_dataset_get_twins (
    mien_workspace_get_dataset (self->workspace),
    g_array_index (self->groups, guint, self->position));
  const guint index = g_array_index (twins->pictures, guint,
                                     (guint) gtk_flow_box_child_get_index (child));
  const MienPicture *picture = mien_dataset_get_picture (
    mien_workspace_get_dataset (self->workspace), index);
  g_autofree char *uri = g_filename_to_uri (picture->path, NULL, NULL);

  gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

static void
settings_changed (MienTwinsWindow *self)
{
  self->filling = TRUE;
  gtk_switch_set_active (self->leave_out_switch,
                         mien_workspace_get_settings (self->workspace)->leave_out_twins);
  self->filling = FALSE;
  show_group (self);
}

static void
switch_changed (MienTwinsWindow *self)
{
  if (self->filling)
    return;

  mien_workspace_get_settings (self->workspace)->leave_out_twins = gtk_switch_get_active (
    self->leave_out_switch);
  mien_workspace_settings_changed (self->workspace);
}

static void
training_changed (MienTwinsWindow *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->leave_out_row),
                            !mien_workspace_is_busy (self->workspace, MIEN_JOB_TRAIN));
}

static void
describe_left_out (MienTwinsWindow *self)
{
  const guint n = self->set != NULL ? self->set->n_left_out : 0;
  g_autofree char *count = mien_format_count (n);
  g_autofree char *text = g_strdup_printf (
    g_dngettext (GETTEXT_PACKAGE,
                 "%s training picture with a twin in validation or test, or in another class",
                 "%s training pictures with a twin in validation or test, or in another class", n),
    count);

  adw_action_row_set_subtitle (self->leave_out_row, text);
}

static void
dataset_changed (MienTwinsWindow *self)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);

  g_clear_pointer (&self->set, mien_training_set_free);
  if (dataset != NULL)
    self->set = mien_training_set_new (dataset, TRUE);
  describe_left_out (self);

  self->filling = TRUE;
  gtk_drop_down_set_selected (self->show_drop_down, SHOW_ALL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->show_drop_down), count_twins (self) > 0);
  self->filling = FALSE;
  list_groups (self);
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
mien_twins_window_finalize (GObject *object)
{
  MienTwinsWindow *self = MIEN_TWINS_WINDOW (object);

  mien_training_set_free (self->set);
  g_array_unref (self->groups);

  G_OBJECT_CLASS (mien_twins_window_parent_class)->finalize (object);
}

static void
mien_twins_window_class_init (MienTwinsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_twins_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = mien_twins_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-twins-window.ui");
  gtk_widget_class_install_action (widget_class, "twins.previous", NULL, show_previous);
  gtk_widget_class_install_action (widget_class, "twins.next", NULL, show_next);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, title);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, show_drop_down);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, none_page);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, kind_label);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, where_label);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, pictures);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, more_label);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, leave_out_row);
  gtk_widget_class_bind_template_child (widget_class, MienTwinsWindow, leave_out_switch);
  gtk_widget_class_bind_template_callback (widget_class, show_changed);
  gtk_widget_class_bind_template_callback (widget_class, picture_activated);
  gtk_widget_class_bind_template_callback (widget_class, switch_changed);
}

static void
mien_twins_window_init (MienTwinsWindow *self)
{
  self->groups = g_array_new (FALSE, FALSE, sizeof (guint));
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_twins_window_new:
 * @parent: (nullable): what it stands above
 * @workspace: whose data set to show, and whose settings to edit
 * @group: which group to begin with, as mien_dataset_get_twins() counts them; the first one if
 *   there is none of that number
 *
 * Shows the groups of twins of the open data set, one after the other, and the setting that leaves
 * them out of the training. It follows when another data set is opened.
 *
 * Returns: (transfer none): a new modal window, to be presented
 */
GtkWidget *
mien_twins_window_new (GtkWindow *parent, MienWorkspace *workspace, guint group)
{
  MienTwinsWindow *self = g_object_new (MIEN_TYPE_TWINS_WINDOW, "transient-for", parent, NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "notify::dataset", G_CALLBACK (dataset_changed), self);
  g_signal_connect_swapped (workspace, "notify::settings", G_CALLBACK (settings_changed), self);
  g_signal_connect_swapped (workspace, "notify::training", G_CALLBACK (training_changed), self);
  training_changed (self);
  dataset_changed (self);
  if (group < self->groups->len)
    self->position = group;
  settings_changed (self);

  return GTK_WIDGET (self);
}
