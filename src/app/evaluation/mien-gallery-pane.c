/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-gallery-pane.h"

#include <glib/gi18n-lib.h>

#include "app/evaluation/mien-evaluation-list.h"
#include "app/evaluation/mien-picture-viewer.h"
#include "app/widgets/mien-format.h"
#include "app/widgets/mien-picture-grid.h"

struct _MienGalleryPane
{
  AdwBin parent_instance;

  /* Template children */
  GtkLabel *pictures_label;
  GtkWidget *clear_button;
  GtkStack *pictures_stack;
  AdwStatusPage *none_page;
  MienPictureGrid *grid;
  MienPictureViewer *viewer;

  /* Owned */
  MienWorkspace *workspace; /* NULL until it is set */
  MienEvaluationList *list;

  gboolean back_visible;
};

enum
{
  PROP_0,
  PROP_WORKSPACE,
  PROP_BACK_VISIBLE,
  N_PROPS
};

enum
{
  SIGNAL_BACK,
  SIGNAL_ALL_MISTAKES,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MienGalleryPane, mien_gallery_pane, ADW_TYPE_BIN)

static MienEvaluation *
get_evaluation (MienGalleryPane *self)
{
  return self->workspace != NULL ? mien_workspace_get_evaluation (self->workspace) : NULL;
}

/* Says what is listed now, and shows it. */
static void
update (MienGalleryPane *self, gboolean of_cell, const char *title)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));

  mien_picture_viewer_clear (self->viewer);
  gtk_label_set_label (self->pictures_label, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pictures_label), title);
  gtk_widget_set_visible (self->clear_button, of_cell);
  adw_status_page_set_title (self->none_page,
                             of_cell ? _ ("No Picture in This Cell") : _ ("No Mistakes"));
  gtk_stack_set_visible_child_name (self->pictures_stack, n > 0 ? "grid" : "none");
}

static char *
format_listed (MienGalleryPane *self)
{
  return mien_format_pictures (g_list_model_get_n_items (G_LIST_MODEL (self->list)));
}

static void
back_clicked (MienGalleryPane *self)
{
  g_signal_emit (self, signals[SIGNAL_BACK], 0);
}

static void
clear_clicked (MienGalleryPane *self)
{
  g_signal_emit (self, signals[SIGNAL_ALL_MISTAKES], 0);
}

static void
picture_activated (MienGalleryPane *self, MienPictureItem *item)
{
  guint position;

  if (!mien_evaluation_list_find (self->list, mien_picture_item_get_index (item), &position))
    return;

  mien_picture_viewer_show (self->viewer, self->list, position);
  gtk_stack_set_visible_child_name (self->pictures_stack, "viewer");
  gtk_widget_child_focus (GTK_WIDGET (self->viewer), GTK_DIR_TAB_FORWARD);
}

/* Back in the grid, the picture that was seen last is the chosen one. */
static void
viewer_closed (MienGalleryPane *self)
{
  gtk_stack_set_visible_child_name (self->pictures_stack, "grid");
  mien_picture_grid_select (self->grid, mien_picture_viewer_get_position (self->viewer));
  gtk_widget_child_focus (GTK_WIDGET (self->grid), GTK_DIR_TAB_FORWARD);
  mien_picture_viewer_clear (self->viewer);
}

static void
mien_gallery_pane_dispose (GObject *object)
{
  MienGalleryPane *self = MIEN_GALLERY_PANE (object);

  /* Before what its signals need. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->workspace);
  g_clear_object (&self->list);

  G_OBJECT_CLASS (mien_gallery_pane_parent_class)->dispose (object);
}

static void
mien_gallery_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MienGalleryPane *self = MIEN_GALLERY_PANE (object);

  switch (id)
    {
    case PROP_WORKSPACE:
      g_value_set_object (value, self->workspace);
      break;
    case PROP_BACK_VISIBLE:
      g_value_set_boolean (value, self->back_visible);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_gallery_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MienGalleryPane *self = MIEN_GALLERY_PANE (object);

  switch (id)
    {
    case PROP_WORKSPACE:
      mien_gallery_pane_set_workspace (self, g_value_get_object (value));
      break;
    case PROP_BACK_VISIBLE:
      if (self->back_visible != g_value_get_boolean (value))
        {
          self->back_visible = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_gallery_pane_class_init (MienGalleryPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_gallery_pane_dispose;
  object_class->get_property = mien_gallery_pane_get_property;
  object_class->set_property = mien_gallery_pane_set_property;

  properties[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, MIEN_TYPE_WORKSPACE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                      G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_BACK_VISIBLE] = g_param_spec_boolean ("back-visible", NULL, NULL, FALSE,
                                                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                          G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_BACK] = g_signal_new ("back", MIEN_TYPE_GALLERY_PANE, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ALL_MISTAKES] = g_signal_new (
    "all-mistakes", MIEN_TYPE_GALLERY_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (MIEN_TYPE_PICTURE_GRID);
  g_type_ensure (MIEN_TYPE_PICTURE_VIEWER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-gallery-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, pictures_label);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, clear_button);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, pictures_stack);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, none_page);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, grid);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, viewer);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked);
  gtk_widget_class_bind_template_callback (widget_class, picture_activated);
  gtk_widget_class_bind_template_callback (widget_class, viewer_closed);
}

static void
mien_gallery_pane_init (MienGalleryPane *self)
{
  self->list = mien_evaluation_list_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  mien_picture_grid_set_model (self->grid, G_LIST_MODEL (self->list));
}

/**
 * mien_gallery_pane_set_workspace:
 * @workspace: whose evaluation's pictures to show; set once
 */
void
mien_gallery_pane_set_workspace (MienGalleryPane *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_GALLERY_PANE (self));
  g_return_if_fail (self->workspace == NULL);

  if (workspace == NULL)
    return;

  self->workspace = g_object_ref (workspace);
  mien_picture_viewer_set_workspace (self->viewer, workspace);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKSPACE]);
}

/**
 * mien_gallery_pane_show_mistakes:
 *
 * Lists the pictures of all classes that the workspace's evaluation took for another one; none
 * where there is no evaluation.
 */
void
mien_gallery_pane_show_mistakes (MienGalleryPane *self)
{
  g_autofree char *pictures = NULL;
  g_autofree char *title = NULL;

  g_return_if_fail (MIEN_IS_GALLERY_PANE (self));

  mien_evaluation_list_show_mistakes (self->list, get_evaluation (self));
  pictures = format_listed (self);
  /* TRANSLATORS: "8 pictures" */
  title = g_strdup_printf (_ ("Mistakes, most confident first · %s"), pictures);
  update (self, FALSE, title);
}

/**
 * mien_gallery_pane_show_cell:
 * @actual: row of the workspace's confusion matrix
 * @predicted: column
 *
 * Lists the pictures behind one cell.
 */
void
mien_gallery_pane_show_cell (MienGalleryPane *self, guint actual, guint predicted)
{
  MienEvaluation *evaluation;
  const char *const *classes;
  g_autofree char *pictures = NULL;
  g_autofree char *title = NULL;

  g_return_if_fail (MIEN_IS_GALLERY_PANE (self));

  evaluation = get_evaluation (self);
  g_return_if_fail (evaluation != NULL);

  classes = mien_evaluation_get_classes (evaluation, NULL);
  mien_evaluation_list_show_cell (self->list, evaluation, actual, predicted);
  pictures = format_listed (self);
  if (actual == predicted)
    /* TRANSLATORS: a class, "8 pictures" */
    title = g_strdup_printf (_ ("%s recognised · %s"), classes[actual], pictures);
  else
    /* TRANSLATORS: actual class, predicted class, "8 pictures" */
    title = g_strdup_printf (_ ("%s taken for %s · %s"), classes[actual], classes[predicted],
                             pictures);
  update (self, TRUE, title);
}
