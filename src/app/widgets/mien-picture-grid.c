/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-picture-grid.h"

#include "app/widgets/mien-thumbnail.h"

#define THUMBNAIL_SIZE 88

struct _MienPictureGrid
{
  GtkWidget parent_instance;

  /* Template children */
  GtkWidget *scrolled;
  GtkGridView *view;
  GtkSingleSelection *selection;
};

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_SELECTED_ITEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint activate_signal;

G_DEFINE_FINAL_TYPE (MienPictureGrid, mien_picture_grid, GTK_TYPE_WIDGET)

static void
setup_item (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *caption = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (caption), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (caption), 1);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "numeric");
  gtk_box_append (GTK_BOX (box), mien_thumbnail_new (THUMBNAIL_SIZE));
  gtk_box_append (GTK_BOX (box), caption);
  gtk_list_item_set_child (list_item, box);
}

static void
bind_item (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  MienPictureItem *item = gtk_list_item_get_item (list_item);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  GtkWidget *thumbnail = gtk_widget_get_first_child (box);
  GtkWidget *caption = gtk_widget_get_next_sibling (thumbnail);

  mien_thumbnail_set_item (MIEN_THUMBNAIL (thumbnail), item);
  gtk_label_set_label (GTK_LABEL (caption), mien_picture_item_get_caption (item));
  gtk_widget_set_visible (caption, mien_picture_item_get_caption (item) != NULL);
  gtk_widget_set_tooltip_text (box, mien_picture_item_get_title (item));
}

static void
unbind_item (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_list_item_get_child (list_item);

  mien_thumbnail_set_item (MIEN_THUMBNAIL (gtk_widget_get_first_child (box)), NULL);
}

static void
view_activated (MienPictureGrid *self, guint position)
{
  g_autoptr (MienPictureItem) item = NULL;

  item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  if (item != NULL)
    g_signal_emit (self, activate_signal, 0, item);
}

static void
selected_changed (MienPictureGrid *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED_ITEM]);
}

static void
mien_picture_grid_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MIEN_TYPE_PICTURE_GRID);

  G_OBJECT_CLASS (mien_picture_grid_parent_class)->dispose (object);
}

static void
mien_picture_grid_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MienPictureGrid *self = MIEN_PICTURE_GRID (object);

  switch (id)
    {
    case PROP_MODEL:
      g_value_set_object (value, mien_picture_grid_get_model (self));
      break;
    case PROP_SELECTED_ITEM:
      g_value_set_object (value, mien_picture_grid_get_selected_item (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_picture_grid_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_MODEL:
      mien_picture_grid_set_model (MIEN_PICTURE_GRID (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_picture_grid_class_init (MienPictureGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_picture_grid_dispose;
  object_class->get_property = mien_picture_grid_get_property;
  object_class->set_property = mien_picture_grid_set_property;

  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                  G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_SELECTED_ITEM] = g_param_spec_object (
    "selected-item", NULL, NULL, MIEN_TYPE_PICTURE_ITEM, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  activate_signal = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, MIEN_TYPE_PICTURE_ITEM);

  gtk_widget_class_set_css_name (widget_class, "picturegrid");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-picture-grid.ui");
  gtk_widget_class_bind_template_child (widget_class, MienPictureGrid, scrolled);
  gtk_widget_class_bind_template_child (widget_class, MienPictureGrid, view);
  gtk_widget_class_bind_template_child (widget_class, MienPictureGrid, selection);
  gtk_widget_class_bind_template_callback (widget_class, setup_item);
  gtk_widget_class_bind_template_callback (widget_class, bind_item);
  gtk_widget_class_bind_template_callback (widget_class, unbind_item);
  gtk_widget_class_bind_template_callback (widget_class, view_activated);
  gtk_widget_class_bind_template_callback (widget_class, selected_changed);
}

static void
mien_picture_grid_init (MienPictureGrid *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_picture_grid_new:
 *
 * Returns: (transfer floating): a new, empty grid
 */
GtkWidget *
mien_picture_grid_new (void)
{
  return g_object_new (MIEN_TYPE_PICTURE_GRID, NULL);
}

/**
 * mien_picture_grid_get_model:
 *
 * Returns: (transfer none) (nullable): the pictures
 */
GListModel *
mien_picture_grid_get_model (MienPictureGrid *self)
{
  g_return_val_if_fail (MIEN_IS_PICTURE_GRID (self), NULL);

  return gtk_single_selection_get_model (self->selection);
}

/**
 * mien_picture_grid_set_model:
 * @model: (nullable): a model of #MienPictureItem
 */
void
mien_picture_grid_set_model (MienPictureGrid *self, GListModel *model)
{
  g_return_if_fail (MIEN_IS_PICTURE_GRID (self));

  if (model == gtk_single_selection_get_model (self->selection))
    return;

  gtk_single_selection_set_model (self->selection, model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

/**
 * mien_picture_grid_get_selected_item:
 *
 * Returns: (transfer none) (nullable): the picture that is chosen
 */
MienPictureItem *
mien_picture_grid_get_selected_item (MienPictureGrid *self)
{
  g_return_val_if_fail (MIEN_IS_PICTURE_GRID (self), NULL);

  return gtk_single_selection_get_selected_item (self->selection);
}

/**
 * mien_picture_grid_select:
 * @position: a place in the model, or %GTK_INVALID_LIST_POSITION for none
 */
void
mien_picture_grid_select (MienPictureGrid *self, guint position)
{
  g_return_if_fail (MIEN_IS_PICTURE_GRID (self));

  gtk_single_selection_set_selected (self->selection, position);
}

/**
 * mien_picture_grid_scroll_to_start:
 *
 * Shows the first pictures, for other pictures than those that were scrolled through.
 */
void
mien_picture_grid_scroll_to_start (MienPictureGrid *self)
{
  g_return_if_fail (MIEN_IS_PICTURE_GRID (self));

  gtk_adjustment_set_value (
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)), 0);
}
