/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-augmentation-preview.h"

#include <glib/gi18n-lib.h>

#include "data/mien-picture.h"
#include "data/mien-preview.h"

/* The picture itself, and draws. */
#define N_TILES 9
#define N_COLUMNS 3

/* What a worker needs, and what it made. */
typedef struct
{
  GdkPixbuf *picture; /* owned; NULL: to be decoded */
  char *path;
  guint64 max_pixels;
  MienAugmentation augmentation;
  MienPreprocessingKind preprocessing;
  guint width;
  guint height;
  guint64 seed;
  GdkTexture *textures[N_TILES]; /* owned */
} Drawing;

struct _MienAugmentationPreview
{
  AdwBin parent_instance;

  /* Template children */
  GtkStack *stack;
  GtkGrid *grid;
  GtkLabel *name_label;
  GtkLabel *off_label;
  AdwStatusPage *error_page;
  GtkWidget *another_button;
  GtkWidget *again_button;

  GtkPicture *tiles[N_TILES]; /* borrowed: children */

  /* Owned */
  MienWorkspace *workspace;
  GdkPixbuf *picture;    /* decoded for the input's size; NULL: not yet */
  GCancellable *drawing; /* of the request under way; NULL: none */

  guint *indices; /* pictures of the data set to choose from */
  guint n_indices;
  guint chosen; /* of the indices */
  guint width;  /* that the picture was decoded for */
  guint height;
  guint64 seed;
  gboolean outdated; /* something changed while a request was under way */
};

enum
{
  PROP_0,
  PROP_WORKSPACE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienAugmentationPreview, mien_augmentation_preview, ADW_TYPE_BIN)

static void draw (MienAugmentationPreview *self);

static void
drawing_free (Drawing *drawing)
{
  g_clear_object (&drawing->picture);
  g_free (drawing->path);
  for (guint i = 0; i < N_TILES; i++)
    g_clear_object (&drawing->textures[i]);
  g_free (drawing);
}

static void
draw_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Drawing *drawing = data;
  GError *error = NULL;

  if (drawing->picture == NULL)
    drawing->picture = mien_picture_decode_at_least (drawing->path, drawing->max_pixels,
                                                     drawing->width, drawing->height, &error);
  if (drawing->picture == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  for (guint i = 0; i < N_TILES && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autoptr (GdkPixbuf) pixels = mien_preview_draw (drawing->picture, &drawing->augmentation,
                                                        drawing->preprocessing, drawing->width,
                                                        drawing->height, drawing->seed, i);

      drawing->textures[i] = gdk_texture_new_for_pixbuf (pixels);
    }
  g_task_return_boolean (task, TRUE);
}

static void
drawn_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienAugmentationPreview *self = MIEN_AUGMENTATION_PREVIEW (source);
  Drawing *drawing = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  /* Another picture is wanted meanwhile, or the widget is gone. */
  if (g_task_get_cancellable (G_TASK (result)) != self->drawing)
    return;

  g_clear_object (&self->drawing);
  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_set_object (&self->picture, drawing->picture);
      self->width = drawing->width;
      self->height = drawing->height;
      for (guint i = 0; i < N_TILES; i++)
        gtk_picture_set_paintable (self->tiles[i], GDK_PAINTABLE (drawing->textures[i]));
      gtk_stack_set_visible_child_name (self->stack, "content");
    }
  else
    {
      g_autofree char *escaped = g_markup_escape_text (error->message, -1);

      adw_status_page_set_description (self->error_page, escaped);
      gtk_stack_set_visible_child_name (self->stack, "error");
    }

  if (self->outdated)
    draw (self);
}

static const MienPicture *
get_picture (MienAugmentationPreview *self)
{
  return mien_dataset_get_picture (mien_workspace_get_dataset (self->workspace),
                                   self->indices[self->chosen]);
}

/* Draws anew, off the main thread. While that is under way, changes are gathered for one more time.
 */
static void
draw (MienAugmentationPreview *self)
{
  const MienSettings *settings = mien_workspace_get_settings (self->workspace);
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  g_autoptr (GTask) task = NULL;
  Drawing *drawing;

  if (self->n_indices == 0)
    return;

  self->outdated = self->drawing != NULL;
  if (self->outdated)
    return;

  drawing = g_new0 (Drawing, 1);
  drawing->path = g_strdup (get_picture (self)->path);
  drawing->max_pixels = mien_dataset_get_max_pixels (dataset);
  drawing->augmentation = settings->augmentation;
  drawing->preprocessing = settings->preprocessing;
  drawing->width = settings->architecture.input_width;
  drawing->height = settings->architecture.input_height;
  drawing->seed = self->seed;
  if (self->picture != NULL && self->width == drawing->width && self->height == drawing->height)
    drawing->picture = g_object_ref (self->picture);

  self->drawing = g_cancellable_new ();
  task = g_task_new (self, self->drawing, drawn_cb, NULL);
  g_task_set_task_data (task, drawing, (GDestroyNotify) drawing_free);
  g_task_run_in_thread (task, draw_thread);
}

/* A result for what was shown before is dropped. */
static void
forget_picture (MienAugmentationPreview *self)
{
  g_cancellable_cancel (self->drawing);
  g_clear_object (&self->drawing);
  g_clear_object (&self->picture);
}

static void
update_labels (MienAugmentationPreview *self)
{
  const MienSettings *settings = mien_workspace_get_settings (self->workspace);
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  const MienPicture *picture;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->off_label),
                          mien_augmentation_is_none (&settings->augmentation));
  if (self->n_indices == 0)
    return;

  picture = get_picture (self);
  name = g_filename_display_basename (picture->path);
  /* TRANSLATORS: a picture's class, its file name, and the width and height in pixels at which the
   * network sees it */
  text = g_strdup_printf (_ ("%s · %s · seen at %u × %u"),
                          mien_dataset_get_classes (dataset, NULL)[picture->class_index], name,
                          settings->architecture.input_width, settings->architecture.input_height);
  gtk_label_set_label (self->name_label, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name_label), text);
}

static void
settings_changed (MienAugmentationPreview *self)
{
  update_labels (self);
  draw (self);
}

/* Training pictures are what is augmented; a data set without any shows others. */
static void
list_pictures (MienAugmentationPreview *self)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);

  g_clear_pointer (&self->indices, g_free);
  self->n_indices = 0;
  self->chosen = 0;
  for (MienSplit split = 0; dataset != NULL && split < MIEN_N_SPLITS && self->n_indices == 0;
       split++)
    {
      g_free (self->indices);
      self->indices = mien_dataset_list_split (dataset, split, &self->n_indices);
    }
}

static void
dataset_changed (MienAugmentationPreview *self)
{
  forget_picture (self);
  list_pictures (self);
  gtk_widget_set_sensitive (self->another_button, self->n_indices > 1);
  gtk_widget_set_sensitive (self->again_button, self->n_indices > 0);
  gtk_stack_set_visible_child_name (self->stack, self->n_indices > 0 ? "busy" : "empty");
  settings_changed (self);
}

static void
another_clicked (MienAugmentationPreview *self)
{
  if (self->n_indices < 2)
    return;

  /* Any but the present one. */
  self->chosen = (self->chosen + (guint) g_random_int_range (1, (gint32) self->n_indices)) %
                 self->n_indices;
  forget_picture (self);
  settings_changed (self);
}

static void
again_clicked (MienAugmentationPreview *self)
{
  self->seed++;
  draw (self);
}

static void
make_tiles (MienAugmentationPreview *self)
{
  for (guint i = 0; i < N_TILES; i++)
    {
      GtkWidget *tile = gtk_picture_new ();
      g_autofree char *text = i == 0 ? g_strdup (_ ("The picture itself"))
                                     /* TRANSLATORS: the number of a varied picture */
                                     : g_strdup_printf (_ ("Draw %u"), i);

      self->tiles[i] = GTK_PICTURE (tile);
      gtk_picture_set_alternative_text (self->tiles[i], text);
      gtk_widget_set_size_request (tile, 40, 40);
      gtk_widget_set_hexpand (tile, TRUE);
      gtk_widget_set_vexpand (tile, TRUE);
      if (i == 0)
        {
          GtkWidget *overlay = gtk_overlay_new ();
          GtkWidget *label = gtk_label_new (_ ("As it is"));

          gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
          gtk_widget_set_halign (label, GTK_ALIGN_CENTER);
          gtk_widget_set_valign (label, GTK_ALIGN_END);
          gtk_widget_add_css_class (label, "osd");
          gtk_widget_add_css_class (label, "caption");
          gtk_widget_add_css_class (label, "tile-caption");
          gtk_overlay_set_child (GTK_OVERLAY (overlay), tile);
          gtk_overlay_add_overlay (GTK_OVERLAY (overlay), label);
          tile = overlay;
        }
      gtk_grid_attach (self->grid, tile, i % N_COLUMNS, i / N_COLUMNS, 1, 1);
    }
}

static void
mien_augmentation_preview_dispose (GObject *object)
{
  MienAugmentationPreview *self = MIEN_AUGMENTATION_PREVIEW (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  forget_picture (self);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->indices, g_free);

  G_OBJECT_CLASS (mien_augmentation_preview_parent_class)->dispose (object);
}

static void
mien_augmentation_preview_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      g_value_set_object (value, MIEN_AUGMENTATION_PREVIEW (object)->workspace);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_augmentation_preview_set_property (GObject *object,
                                        guint id,
                                        const GValue *value,
                                        GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      mien_augmentation_preview_set_workspace (MIEN_AUGMENTATION_PREVIEW (object),
                                               g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_augmentation_preview_class_init (MienAugmentationPreviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_augmentation_preview_dispose;
  object_class->get_property = mien_augmentation_preview_get_property;
  object_class->set_property = mien_augmentation_preview_set_property;

  properties[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, MIEN_TYPE_WORKSPACE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                      G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-augmentation-preview.ui");
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationPreview, stack);
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationPreview, grid);
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationPreview, name_label);
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationPreview, off_label);
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationPreview, error_page);
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationPreview, another_button);
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationPreview, again_button);
  gtk_widget_class_bind_template_callback (widget_class, another_clicked);
  gtk_widget_class_bind_template_callback (widget_class, again_clicked);
}

static void
mien_augmentation_preview_init (MienAugmentationPreview *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  make_tiles (self);
}

/**
 * mien_augmentation_preview_set_workspace:
 * @workspace: whose data set and settings to show; set once
 */
void
mien_augmentation_preview_set_workspace (MienAugmentationPreview *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_AUGMENTATION_PREVIEW (self));
  g_return_if_fail (self->workspace == NULL);

  if (workspace == NULL)
    return;

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "notify::settings", G_CALLBACK (settings_changed), self);
  g_signal_connect_swapped (workspace, "notify::dataset", G_CALLBACK (dataset_changed), self);
  dataset_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKSPACE]);
}

/**
 * mien_augmentation_preview_get_state:
 *
 * Returns: "empty", "busy" while the first picture is read, "content" or "error"
 */
const char *
mien_augmentation_preview_get_state (MienAugmentationPreview *self)
{
  g_return_val_if_fail (MIEN_IS_AUGMENTATION_PREVIEW (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

/**
 * mien_augmentation_preview_get_texture:
 * @number: which one; 0 is the picture itself
 *
 * Returns: (transfer none) (nullable): what is shown at that place
 */
GdkTexture *
mien_augmentation_preview_get_texture (MienAugmentationPreview *self, guint number)
{
  g_return_val_if_fail (MIEN_IS_AUGMENTATION_PREVIEW (self), NULL);
  g_return_val_if_fail (number < N_TILES, NULL);

  return GDK_TEXTURE (gtk_picture_get_paintable (self->tiles[number]));
}
