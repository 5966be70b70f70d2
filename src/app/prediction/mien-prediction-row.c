/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/prediction/mien-prediction-row.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"
#include "app/widgets/mien-probability-bars.h"
#include "app/widgets/mien-thumbnail.h"

/* As many as fit beside each other in a narrow window; the rest is behind a button. */
#define N_SHOWN 3

struct _MienPredictionRow
{
  GtkWidget parent_instance;

  /* Template children */
  GtkWidget *box;
  MienThumbnail *thumbnail;
  GtkLabel *name_label;
  GtkLabel *verdict_label;
  GtkStack *stack;
  MienProbabilityBars *bars;
  GtkLabel *error_label;
  GtkWidget *more_button;
  MienProbabilityBars *all_bars;

  MienPredictionItem *item; /* owned */
  guint position;           /* in the list */
};

enum
{
  PROP_0,
  PROP_ITEM,
  PROP_POSITION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienPredictionRow, mien_prediction_row, GTK_TYPE_WIDGET)

/* The picture can be dragged to another program: as its file, or as itself where it has none. */
static GdkContentProvider *
drag_prepare (MienPredictionRow *self)
{
  MienPictureItem *picture;
  g_autoptr (GFile) file = NULL;

  if (self->item == NULL)
    return NULL;

  picture = mien_prediction_item_get_picture (self->item);
  if (mien_picture_item_get_path (picture) == NULL)
    return gdk_content_provider_new_typed (GDK_TYPE_TEXTURE,
                                           mien_picture_item_get_texture (picture));

  file = g_file_new_for_path (mien_picture_item_get_path (picture));
  return gdk_content_provider_new_typed (G_TYPE_FILE, file);
}

static void
drag_begin (MienPredictionRow *self, GdkDrag *drag, GtkDragSource *source)
{
  GdkTexture *texture = mien_thumbnail_get_texture (self->thumbnail);

  if (texture != NULL)
    gtk_drag_source_set_icon (source, GDK_PAINTABLE (texture), 0, 0);
}

/* As Return on the row. */
static void
look_clicked (MienPredictionRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "list.activate-item", "u", self->position);
}

static void
painted (MienPredictionRow *self, GdkFrameClock *clock)
{
  double latency;

  g_signal_handlers_disconnect_by_func (clock, painted, self);
  if (self->item == NULL)
    return;

  mien_prediction_item_shown (self->item);
  latency = mien_prediction_item_get_latency (self->item);
  if (latency > 0)
    {
      /* TRANSLATORS: %.0f is a number of milliseconds */
      g_autofree char *text = g_strdup_printf (_ ("%.0f ms from the picture to its answer here"),
                                               1000 * latency);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->bars), text);
    }
}

/* The frame that has the answer in it is about to be drawn. */
static gboolean
frame_begins (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  g_signal_connect_object (clock, "after-paint", G_CALLBACK (painted), widget, G_CONNECT_SWAPPED);
  return G_SOURCE_REMOVE;
}

static void
mien_prediction_row_dispose (GObject *object)
{
  g_clear_object (&MIEN_PREDICTION_ROW (object)->item);
  gtk_widget_dispose_template (GTK_WIDGET (object), MIEN_TYPE_PREDICTION_ROW);

  G_OBJECT_CLASS (mien_prediction_row_parent_class)->dispose (object);
}

static void
mien_prediction_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ITEM:
      g_value_set_object (value, MIEN_PREDICTION_ROW (object)->item);
      break;
    case PROP_POSITION:
      g_value_set_uint (value, MIEN_PREDICTION_ROW (object)->position);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_prediction_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ITEM:
      mien_prediction_row_set_item (MIEN_PREDICTION_ROW (object), g_value_get_object (value));
      break;
    case PROP_POSITION:
      MIEN_PREDICTION_ROW (object)->position = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_prediction_row_class_init (MienPredictionRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_prediction_row_dispose;
  object_class->get_property = mien_prediction_row_get_property;
  object_class->set_property = mien_prediction_row_set_property;

  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, MIEN_TYPE_PREDICTION_ITEM,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                 G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_POSITION] = g_param_spec_uint ("position", NULL, NULL, 0, G_MAXUINT, 0,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (MIEN_TYPE_PROBABILITY_BARS);
  g_type_ensure (MIEN_TYPE_THUMBNAIL);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-prediction-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MienPredictionRow, box);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionRow, thumbnail);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionRow, verdict_label);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionRow, stack);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionRow, bars);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionRow, error_label);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionRow, more_button);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionRow, all_bars);
  gtk_widget_class_bind_template_callback (widget_class, drag_prepare);
  gtk_widget_class_bind_template_callback (widget_class, drag_begin);
  gtk_widget_class_bind_template_callback (widget_class, look_clicked);
}

static void
mien_prediction_row_init (MienPredictionRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_prediction_row_get_item:
 *
 * Returns: (transfer none) (nullable): the answer shown
 */
MienPredictionItem *
mien_prediction_row_get_item (MienPredictionRow *self)
{
  g_return_val_if_fail (MIEN_IS_PREDICTION_ROW (self), NULL);

  return self->item;
}

static void
show_answer (MienPredictionRow *self)
{
  const MienPrediction *prediction = mien_prediction_item_get_prediction (self->item);
  const char *const *classes = mien_model_get_classes (mien_prediction_item_get_model (self->item),
                                                       NULL);
  g_autofree char *verdict = mien_prediction_item_dup_verdict (self->item);
  const gboolean answered = prediction->error == NULL;

  gtk_label_set_label (self->verdict_label, verdict);
  if (mien_prediction_item_is_sure (self->item))
    gtk_widget_remove_css_class (GTK_WIDGET (self->verdict_label), "dim-label");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->verdict_label), "dim-label");

  gtk_stack_set_visible_child_name (self->stack, answered ? "bars" : "error");
  gtk_widget_set_visible (self->more_button, answered && prediction->n_classes > N_SHOWN);
  if (answered)
    {
      mien_probability_bars_set (self->bars, classes, prediction->probabilities,
                                 prediction->n_classes, N_SHOWN);
      if (prediction->n_classes > N_SHOWN)
        mien_probability_bars_set (self->all_bars, classes, prediction->probabilities,
                                   prediction->n_classes, prediction->n_classes);
    }
  else
    {
      gtk_label_set_label (self->error_label, prediction->error->message);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->error_label), prediction->error->message);
    }
}

/**
 * mien_prediction_row_set_item:
 * @item: (nullable): the answer to show; %NULL when the row is recycled
 */
void
mien_prediction_row_set_item (MienPredictionRow *self, MienPredictionItem *item)
{
  MienPictureItem *picture;

  g_return_if_fail (MIEN_IS_PREDICTION_ROW (self));

  if (!g_set_object (&self->item, item))
    return;

  picture = item != NULL ? mien_prediction_item_get_picture (item) : NULL;
  mien_thumbnail_set_item (self->thumbnail, picture);
  if (item != NULL)
    {
      const char *path = mien_picture_item_get_path (picture);
      g_autofree char *display = path != NULL ? g_filename_display_name (path) : NULL;

      gtk_label_set_label (self->name_label, mien_picture_item_get_name (picture));
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->name_label), display);
      show_answer (self);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->bars), NULL);
      gtk_widget_add_tick_callback (GTK_WIDGET (self), frame_begins, NULL, NULL);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
}
