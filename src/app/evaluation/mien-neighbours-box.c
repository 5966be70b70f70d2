/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-neighbours-box.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"
#include "app/widgets/mien-thumbnail.h"

#define N_NEIGHBOURS 6
#define THUMBNAIL_SIZE 72

#define NO_PICTURE G_MAXUINT

/**
 * MienNeighboursBox:
 *
 * Until the training pictures have been looked at, which takes a while and is a job of the
 * workspace, it offers to do so; from then on it shows the neighbours of every picture that it is
 * given.
 */
struct _MienNeighboursBox
{
  GtkWidget parent_instance;

  /* Template children */
  GtkWidget *content;
  GtkStack *stack;
  GtkProgressBar *progress_bar;
  GtkLabel *summary_label;
  GtkFlowBox *pictures;
  GtkLabel *error_label;

  /* Owned */
  MienWorkspace *workspace;  /* NULL until it is set */
  GCancellable *cancellable; /* of the search that is under way */
  GArray *found;             /* (element-type MienNeighbour); NULL: nothing is shown */

  guint picture; /* index in the data set; NO_PICTURE */
};

G_DEFINE_FINAL_TYPE (MienNeighboursBox, mien_neighbours_box, GTK_TYPE_WIDGET)

/* What a search needs, owned by its task. */
typedef struct
{
  MienNeighbours *neighbours;
  guint picture;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  mien_neighbours_unref (search->neighbours);
  g_free (search);
}

static void
search_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Search *search = data;
  GError *error = NULL;
  GArray *found = NULL;

  /* Whoever goes through pictures quickly leaves many searches behind that nobody waits for. */
  if (!g_cancellable_set_error_if_cancelled (cancellable, &error))
    found = mien_neighbours_find (search->neighbours, search->picture, N_NEIGHBOURS, &error);
  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (task, error);
}

static void
cancel (MienNeighboursBox *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
clear_pictures (MienNeighboursBox *self)
{
  GtkFlowBoxChild *child;

  g_clear_pointer (&self->found, g_array_unref);
  while ((child = gtk_flow_box_get_child_at_index (self->pictures, 0)) != NULL)
    gtk_flow_box_remove (self->pictures, GTK_WIDGET (child));
}

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_tile (const MienPicture *picture, const char *class_name, double similarity)
{
  GtkWidget *child = gtk_flow_box_child_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *thumbnail = mien_thumbnail_new (THUMBNAIL_SIZE);
  g_autofree char *name = g_filename_display_basename (picture->path);
  g_autofree char *percent = mien_format_percent (similarity, 1);
  g_autofree char *title = NULL;
  g_autoptr (MienPictureItem) item = NULL;

  /* TRANSLATORS: a training picture: its class, "97.1 %", its file's name */
  title = g_strdup_printf (_ ("%s, alike to %s: %s"), class_name, percent, name);
  item = mien_picture_item_new (picture->path, title, NULL, 0);
  mien_thumbnail_set_item (MIEN_THUMBNAIL (thumbnail), item);
  gtk_box_append (GTK_BOX (box), thumbnail);
  gtk_box_append (GTK_BOX (box), make_label (class_name, "caption"));
  gtk_box_append (GTK_BOX (box), make_label (percent, "dim-label"));
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), box);
  gtk_widget_set_tooltip_text (child, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return child;
}

/* "anger: 4 · sadness: 2", in the order of the classes. */
static char *
describe_classes (MienNeighboursBox *self, MienDataset *dataset)
{
  guint n_classes;
  const char *const *classes = mien_dataset_get_classes (dataset, &n_classes);
  g_autofree guint *counts = g_new0 (guint, n_classes);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->found->len; i++)
    {
      guint index = g_array_index (self->found, MienNeighbour, i).picture;

      counts[mien_dataset_get_picture (dataset, index)->class_index]++;
    }
  for (guint c = 0; c < n_classes; c++)
    {
      if (counts[c] == 0)
        continue;
      if (text->len > 0)
        g_string_append (text, " · ");
      /* TRANSLATORS: a class, and how many of the pictures are of it */
      g_string_append_printf (text, _ ("%s: %u"), classes[c], counts[c]);
    }
  return g_string_free (text, FALSE);
}

static void
show_found (MienNeighboursBox *self, GArray *found)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  const char *const *classes = mien_dataset_get_classes (dataset, NULL);
  g_autofree char *summary = NULL;

  clear_pictures (self);
  self->found = g_array_ref (found);
  for (guint i = 0; i < found->len; i++)
    {
      const MienNeighbour *neighbour = &g_array_index (found, MienNeighbour, i);
      const MienPicture *picture = mien_dataset_get_picture (dataset, neighbour->picture);

      gtk_flow_box_insert (
        self->pictures, make_tile (picture, classes[picture->class_index], neighbour->similarity),
        -1);
    }
  summary = describe_classes (self, dataset);
  gtk_label_set_label (self->summary_label, summary);
  gtk_stack_set_visible_child_name (self->stack, "pictures");
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienNeighboursBox *self = MIEN_NEIGHBOURS_BOX (source);
  g_autoptr (GArray) found = NULL;
  g_autoptr (GError) error = NULL;

  /* Another picture has been asked for meanwhile. */
  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;

  found = g_task_propagate_pointer (G_TASK (result), &error);
  g_clear_object (&self->cancellable);
  if (found != NULL)
    {
      show_found (self, found);
      return;
    }
  clear_pictures (self);
  gtk_label_set_label (self->error_label, error->message);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

/* What is shown of the picture before stays until the answer is there. */
static void
search (MienNeighboursBox *self, MienNeighbours *neighbours)
{
  g_autoptr (GTask) task = NULL;
  Search *data = g_new (Search, 1);

  self->cancellable = g_cancellable_new ();
  *data = (Search){ .neighbours = mien_neighbours_ref (neighbours), .picture = self->picture };
  task = g_task_new (self, self->cancellable, searched_cb, NULL);
  g_task_set_task_data (task, data, search_free);
  g_task_run_in_thread (task, search_thread);
}

static void
show_progress (MienNeighboursBox *self)
{
  MienProgress progress;

  mien_workspace_get_progress (self->workspace, MIEN_JOB_COMPARE, &progress);
  gtk_progress_bar_set_fraction (
    self->progress_bar,
    progress.total > 0 ? MIN ((double) progress.done / progress.total, 1.0) : 0.0);
}

static void
update (MienNeighboursBox *self)
{
  MienNeighbours *neighbours = mien_workspace_get_neighbours (self->workspace);

  cancel (self);
  if (neighbours == NULL)
    clear_pictures (self);
  if (mien_workspace_is_busy (self->workspace, MIEN_JOB_COMPARE))
    {
      show_progress (self);
      gtk_stack_set_visible_child_name (self->stack, "busy");
    }
  else if (neighbours == NULL)
    gtk_stack_set_visible_child_name (self->stack, "start");
  else if (self->picture != NO_PICTURE)
    search (self, neighbours);
}

/* What a job has brought is told by "notify::neighbours". */
static void
progressed (MienNeighboursBox *self, guint job)
{
  if (job != MIEN_JOB_COMPARE)
    return;
  if (mien_workspace_get_neighbours (self->workspace) == NULL)
    update (self);
}

static void
start_clicked (MienNeighboursBox *self)
{
  mien_workspace_compare (self->workspace);
}

static void
cancel_clicked (MienNeighboursBox *self)
{
  mien_workspace_cancel (self->workspace, MIEN_JOB_COMPARE);
}

static void
picture_activated (MienNeighboursBox *self, GtkFlowBoxChild *child)
{
  const guint place = (guint) gtk_flow_box_child_get_index (child);
  const MienPicture *picture = mien_dataset_get_picture (
    mien_workspace_get_dataset (self->workspace),
    g_array_index (self->found, MienNeighbour, place).picture);
  g_autofree char *uri = g_filename_to_uri (picture->path, NULL, NULL);

  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), uri, GDK_CURRENT_TIME);
}

static void
mien_neighbours_box_dispose (GObject *object)
{
  MienNeighboursBox *self = MIEN_NEIGHBOURS_BOX (object);

  cancel (self);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->found, g_array_unref);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (mien_neighbours_box_parent_class)->dispose (object);
}

static void
mien_neighbours_box_class_init (MienNeighboursBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_neighbours_box_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-neighbours-box.ui");
  gtk_widget_class_bind_template_child (widget_class, MienNeighboursBox, content);
  gtk_widget_class_bind_template_child (widget_class, MienNeighboursBox, stack);
  gtk_widget_class_bind_template_child (widget_class, MienNeighboursBox, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, MienNeighboursBox, summary_label);
  gtk_widget_class_bind_template_child (widget_class, MienNeighboursBox, pictures);
  gtk_widget_class_bind_template_child (widget_class, MienNeighboursBox, error_label);
  gtk_widget_class_bind_template_callback (widget_class, start_clicked);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, picture_activated);
}

static void
mien_neighbours_box_init (MienNeighboursBox *self)
{
  self->picture = NO_PICTURE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_neighbours_box_set_workspace:
 * @workspace: whose model looks at whose training pictures; set once
 */
void
mien_neighbours_box_set_workspace (MienNeighboursBox *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_NEIGHBOURS_BOX (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (workspace, "notify::neighbours", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "progress", G_CALLBACK (progressed), self, G_CONNECT_SWAPPED);
  update (self);
}

/**
 * mien_neighbours_box_set_picture:
 * @picture: an index in the workspace's data set, of any split
 *
 * Shows the training pictures that are most like it, once they are found.
 */
void
mien_neighbours_box_set_picture (MienNeighboursBox *self, guint picture)
{
  g_return_if_fail (MIEN_IS_NEIGHBOURS_BOX (self));

  if (self->picture == picture)
    return;
  self->picture = picture;
  update (self);
}

/**
 * mien_neighbours_box_clear:
 *
 * Shows no neighbours, and drops those that are being looked for.
 */
void
mien_neighbours_box_clear (MienNeighboursBox *self)
{
  g_return_if_fail (MIEN_IS_NEIGHBOURS_BOX (self));

  self->picture = NO_PICTURE;
  cancel (self);
  clear_pictures (self);
}

/**
 * mien_neighbours_box_get_state:
 *
 * Returns: "start", "busy", "pictures" or "error"
 */
const char *
mien_neighbours_box_get_state (MienNeighboursBox *self)
{
  g_return_val_if_fail (MIEN_IS_NEIGHBOURS_BOX (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}
