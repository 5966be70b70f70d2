/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-heat-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/widgets/mien-busy.h"
#include "app/widgets/mien-pixels.h"

/* The longer side of the painted map: it holds far less, and is scaled to the picture. */
#define PAINTED_SIZE 256

/* Milliseconds between two looks at how far a mean is. */
#define PROGRESS_INTERVAL 100

struct _MienHeatView
{
  AdwBin parent_instance;

  /* Template children */
  GtkPicture *picture;
  GtkPicture *heat;
  GtkSpinner *spinner;
  GtkProgressBar *progress_bar;
  GtkWidget *controls;
  GtkToggleButton *toggle;
  GtkDropDown *class_drop_down;
  GtkLabel *caption;

  /* Owned */
  MienModel *model;          /* NULL: there is no map to be had */
  GdkTexture *texture;       /* NULL with paths, or without a picture */
  GStrv paths;               /* NULL: one picture, not the mean of many */
  char *class_name;          /* what the model predicts */
  MienHeatMap *map;          /* NULL: not known, or not yet */
  GCancellable *cancellable; /* of the map that is being made */

  guint progress_id; /* while a mean is being made */

  gboolean filling; /* the drop-down is being filled: nothing was chosen */
};

/* What a thread works on, and finds. */
typedef struct
{
  MienModel *model;
  GdkTexture *texture;
  GStrv paths;
  guint class_index;
  guint done; /* pictures of a mean; atomic */

  MienHeatMap *map;
  GdkTexture *painted;
  GdkTexture *mean;
} Look;

enum
{
  PROP_0,
  PROP_ACTIVE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienHeatView, mien_heat_view, ADW_TYPE_BIN)

static void
look_free (Look *look)
{
  mien_model_unref (look->model);
  g_clear_object (&look->texture);
  g_strfreev (look->paths);
  mien_heat_map_free (look->map);
  g_clear_object (&look->painted);
  g_clear_object (&look->mean);
  g_free (look);
}

/* Of the picture's proportions, so that the two lie over each other in any size. */
static GdkTexture *
paint (const MienHeatMap *map, int width, int height)
{
  const double scale = (double) PAINTED_SIZE / MAX (width, height);
  g_autoptr (GdkPixbuf) painted = mien_heat_map_render (
    map, MAX ((guint) lround (scale * width), 1), MAX ((guint) lround (scale * height), 1));

  return gdk_texture_new_for_pixbuf (painted);
}

static void
report (const MienProgress *progress, gpointer user_data)
{
  Look *look = user_data;

  g_atomic_int_set (&look->done, (guint) progress->done);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  g_autoptr (GdkPixbuf) picture = NULL;
  GError *error = NULL;
  gboolean success;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (look->paths != NULL)
    {
      success = mien_heat_map_mean (look->model, (const char *const *) look->paths,
                                    look->class_index, report, look, cancellable, &look->map,
                                    &picture, &error);
      if (success)
        look->mean = gdk_texture_new_for_pixbuf (picture);
    }
  else
    {
      picture = mien_pixels_from_texture (look->texture);
      success = mien_heat_map (look->model, picture, (int) look->class_index, &look->map, &error);
    }

  if (!success)
    {
      g_task_return_error (task, error);
      return;
    }

  look->painted = paint (look->map, gdk_pixbuf_get_width (picture),
                         gdk_pixbuf_get_height (picture));
  g_task_return_boolean (task, TRUE);
}

static void
set_caption (MienHeatView *self, const char *text)
{
  gtk_label_set_label (self->caption, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
describe (MienHeatView *self)
{
  const char *name = mien_model_get_classes (self->model, NULL)[self->map->class_index];
  g_autofree char *text = NULL;

  if (self->map->peak == 0)
    /* TRANSLATORS: a class */
    text = g_strdup_printf (_ ("Nothing here speaks for %s."), name);
  else if (self->paths != NULL)
    /* TRANSLATORS: a class; the figures are columns and rows of the map */
    text = g_strdup_printf (
      _ ("Bright: where the network looks for %s on average, in %u × %u fields"), name,
      self->map->width, self->map->height);
  else
    /* TRANSLATORS: a class; the figures are columns and rows of the map */
    text = g_strdup_printf (_ ("Bright: where the network looks for %s, in %u × %u fields"), name,
                            self->map->width, self->map->height);
  set_caption (self, text);
}

static gboolean
show_progress (gpointer user_data)
{
  GTask *task = user_data;
  MienHeatView *self = g_task_get_source_object (task);
  Look *look = g_task_get_task_data (task);
  const MienProgress progress = { .done = (guint) g_atomic_int_get (&look->done),
                                  .total = g_strv_length (look->paths) };

  mien_busy_show (NULL, self->progress_bar, &progress);
  return G_SOURCE_CONTINUE;
}

static void
stop_busy (MienHeatView *self)
{
  g_clear_handle_id (&self->progress_id, g_source_remove);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), FALSE);
}

/* One picture takes a moment, a thousand take longer. */
static void
start_busy (MienHeatView *self, GTask *task)
{
  gtk_spinner_start (self->spinner);
  if (self->paths == NULL)
    return;

  self->progress_id = g_timeout_add_full (G_PRIORITY_DEFAULT, PROGRESS_INTERVAL, show_progress,
                                          g_object_ref (task), g_object_unref);
  show_progress (task);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), TRUE);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienHeatView *self = MIEN_HEAT_VIEW (source);
  Look *look = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  /* Something else has been asked for meanwhile. */
  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;

  stop_busy (self);
  g_clear_object (&self->cancellable);
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      set_caption (self, error->message);
      return;
    }

  self->map = g_steal_pointer (&look->map);
  if (look->mean != NULL)
    gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (look->mean));
  gtk_picture_set_paintable (self->heat, GDK_PAINTABLE (look->painted));
  describe (self);
}

static void
drop_map (MienHeatView *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->map, mien_heat_map_free);
  stop_busy (self);
  gtk_picture_set_paintable (self->heat, NULL);
  set_caption (self, "");
}

static gboolean
has_picture (MienHeatView *self)
{
  return self->texture != NULL || self->paths != NULL;
}

/* -1: the model has no class of that name. */
static int
find_class (MienHeatView *self, const char *name)
{
  const char *const *classes = mien_model_get_classes (self->model, NULL);

  for (int i = 0; name != NULL && classes[i] != NULL; i++)
    if (g_str_equal (classes[i], name))
      return i;

  return -1;
}

/* Of one picture, row 0 is the predicted class, whichever that is. Many have not one. */
static int
get_class (MienHeatView *self)
{
  const guint row = gtk_drop_down_get_selected (self->class_drop_down);

  if (self->paths != NULL)
    return (int) row;

  return row == 0 ? find_class (self, self->class_name) : (int) row - 1;
}

static void
look (MienHeatView *self)
{
  g_autoptr (GTask) task = NULL;
  Look *data;
  int class_index;

  drop_map (self);
  if (self->model == NULL || !has_picture (self) || !mien_heat_view_get_active (self))
    return;

  class_index = get_class (self);
  if (class_index < 0)
    return;

  data = g_new0 (Look, 1);
  data->model = mien_model_ref (self->model);
  data->texture = self->texture != NULL ? g_object_ref (self->texture) : NULL;
  data->paths = g_strdupv (self->paths);
  data->class_index = (guint) class_index;
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, looked_cb, NULL);
  g_task_set_task_data (task, data, (GDestroyNotify) look_free);
  g_task_run_in_thread (task, look_thread);
  start_busy (self, task);
}

static void
fill_classes (MienHeatView *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const char *const *classes = mien_model_get_classes (self->model, NULL);
  const gboolean mean = self->paths != NULL;

  if (!mean)
    gtk_string_list_append (names, _ ("Predicted class"));
  for (guint i = 0; classes[i] != NULL; i++)
    gtk_string_list_append (names, classes[i]);

  self->filling = TRUE;
  gtk_drop_down_set_model (self->class_drop_down, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->class_drop_down,
                              mean ? (guint) MAX (find_class (self, self->class_name), 0) : 0);
  self->filling = FALSE;
}

static void
update_controls (MienHeatView *self)
{
  gtk_widget_set_visible (self->controls, self->model != NULL && has_picture (self));
  gtk_widget_set_visible (GTK_WIDGET (self->toggle), self->paths == NULL);
}

static void
toggled (MienHeatView *self)
{
  look (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

static void
class_selected (MienHeatView *self)
{
  if (!self->filling)
    look (self);
}

static void
set_picture (MienHeatView *self,
             GdkTexture *texture,
             const char *const *paths,
             const char *title,
             const char *class_name)
{
  const gboolean was_mean = self->paths != NULL;

  g_set_object (&self->texture, texture);
  g_strfreev (self->paths);
  self->paths = g_strdupv ((char **) paths);
  g_free (self->class_name);
  self->class_name = g_strdup (class_name);

  gtk_picture_set_paintable (self->picture, texture != NULL ? GDK_PAINTABLE (texture) : NULL);
  gtk_picture_set_alternative_text (self->picture, title);
  if (self->model != NULL && (was_mean || paths != NULL))
    fill_classes (self);
  update_controls (self);
  look (self);
}

static void
mien_heat_view_dispose (GObject *object)
{
  MienHeatView *self = MIEN_HEAT_VIEW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->progress_id, g_source_remove);
  /* Before what its signals need. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->texture);
  g_clear_pointer (&self->paths, g_strfreev);
  g_clear_pointer (&self->class_name, g_free);
  g_clear_pointer (&self->map, mien_heat_map_free);
  g_clear_pointer (&self->model, mien_model_unref);

  G_OBJECT_CLASS (mien_heat_view_parent_class)->dispose (object);
}

static void
mien_heat_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, mien_heat_view_get_active (MIEN_HEAT_VIEW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_heat_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ACTIVE:
      mien_heat_view_set_active (MIEN_HEAT_VIEW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_heat_view_class_init (MienHeatViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_heat_view_dispose;
  object_class->get_property = mien_heat_view_get_property;
  object_class->set_property = mien_heat_view_set_property;

  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                    G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-heat-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MienHeatView, picture);
  gtk_widget_class_bind_template_child (widget_class, MienHeatView, heat);
  gtk_widget_class_bind_template_child (widget_class, MienHeatView, spinner);
  gtk_widget_class_bind_template_child (widget_class, MienHeatView, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, MienHeatView, controls);
  gtk_widget_class_bind_template_child (widget_class, MienHeatView, toggle);
  gtk_widget_class_bind_template_child (widget_class, MienHeatView, class_drop_down);
  gtk_widget_class_bind_template_child (widget_class, MienHeatView, caption);
  gtk_widget_class_bind_template_callback (widget_class, toggled);
  gtk_widget_class_bind_template_callback (widget_class, class_selected);
}

static void
mien_heat_view_init (MienHeatView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_heat_view_set_model:
 * @model: (nullable): whose maps to show; %NULL: pictures are shown alone
 */
void
mien_heat_view_set_model (MienHeatView *self, MienModel *model)
{
  g_return_if_fail (MIEN_IS_HEAT_VIEW (self));

  if (self->model == model)
    return;

  drop_map (self);
  g_clear_pointer (&self->model, mien_model_unref);
  if (model != NULL)
    {
      self->model = mien_model_ref (model);
      fill_classes (self);
    }
  update_controls (self);
  look (self);
}

/**
 * mien_heat_view_set_texture:
 * @texture: (nullable): a picture in memory; %NULL: none
 * @title: (nullable): what it is, for those who do not see it
 * @class_name: (nullable): what the model predicts
 *
 * Shows a picture, and where it is active the map of the chosen class. That is made off the main
 * thread.
 */
void
mien_heat_view_set_texture (MienHeatView *self,
                            GdkTexture *texture,
                            const char *title,
                            const char *class_name)
{
  g_return_if_fail (MIEN_IS_HEAT_VIEW (self));

  set_picture (self, texture, NULL, title, class_name);
}

/**
 * mien_heat_view_set_mean:
 * @paths: (array zero-terminated=1) (element-type filename): picture files, at least one
 * @title: (nullable): what they are, for those who do not see them
 * @class_name: the class to begin with
 *
 * Shows the mean of many pictures under the mean of their maps; see mien_heat_map_mean(). There is
 * always a map then.
 */
void
mien_heat_view_set_mean (MienHeatView *self,
                         const char *const *paths,
                         const char *title,
                         const char *class_name)
{
  g_return_if_fail (MIEN_IS_HEAT_VIEW (self));
  g_return_if_fail (paths != NULL && paths[0] != NULL);

  set_picture (self, NULL, paths, title, class_name);
  mien_heat_view_set_active (self, TRUE);
}

/**
 * mien_heat_view_get_active:
 *
 * Returns: whether the map is shown
 */
gboolean
mien_heat_view_get_active (MienHeatView *self)
{
  g_return_val_if_fail (MIEN_IS_HEAT_VIEW (self), FALSE);

  return gtk_toggle_button_get_active (self->toggle);
}

/**
 * mien_heat_view_set_active:
 * @active: whether to show the map, of this picture and those to come
 */
void
mien_heat_view_set_active (MienHeatView *self, gboolean active)
{
  g_return_if_fail (MIEN_IS_HEAT_VIEW (self));

  gtk_toggle_button_set_active (self->toggle, active);
}

/**
 * mien_heat_view_get_map:
 *
 * Returns: (transfer none) (nullable): the map that is shown; %NULL: none, or it is not made yet
 */
const MienHeatMap *
mien_heat_view_get_map (MienHeatView *self)
{
  g_return_val_if_fail (MIEN_IS_HEAT_VIEW (self), NULL);

  return self->map;
}
