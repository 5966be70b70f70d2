/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-thumbnail.h"

#include "app/widgets/mien-thumbnailer.h"

#define CORNER_RADIUS 6

struct _MienThumbnail
{
  GtkWidget parent_instance;

  GtkWidget *missing; /* child: shown where the picture cannot be */

  /* Owned */
  MienPictureItem *item;
  GdkTexture *texture;
  GCancellable *cancellable; /* of the request that is under way */

  guint size; /* pixels */
};

enum
{
  PROP_0,
  PROP_ITEM,
  PROP_SIZE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienThumbnail, mien_thumbnail, GTK_TYPE_WIDGET)

static void
set_texture (MienThumbnail *self, GdkTexture *texture, gboolean missing)
{
  g_set_object (&self->texture, texture);
  gtk_widget_set_visible (self->missing, missing);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienThumbnail) self = user_data;
  g_autoptr (GdkTexture) texture = NULL;

  texture = mien_thumbnailer_load_finish (mien_thumbnailer_get_default (), result, NULL);
  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;

  g_clear_object (&self->cancellable);
  set_texture (self, texture, texture == NULL);
}

static void
cancel (MienThumbnail *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
load (MienThumbnail *self)
{
  MienThumbnailer *thumbnailer = mien_thumbnailer_get_default ();
  const char *path = mien_picture_item_get_path (self->item);
  GdkTexture *texture;

  texture = path != NULL ? mien_thumbnailer_lookup (thumbnailer, path)
                         : mien_picture_item_get_texture (self->item);
  set_texture (self, texture, FALSE);
  if (texture != NULL)
    return;

  self->cancellable = g_cancellable_new ();
  mien_thumbnailer_load_async (thumbnailer, path, self->cancellable, loaded, g_object_ref (self));
}

static GtkSizeRequestMode
mien_thumbnail_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
mien_thumbnail_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  MienThumbnail *self = MIEN_THUMBNAIL (widget);

  /* The child has to be measured to be allocated. */
  gtk_widget_measure (self->missing, orientation, -1, NULL, NULL, NULL, NULL);
  *minimum = *natural = self->size;
}

static void
mien_thumbnail_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_size_allocate (MIEN_THUMBNAIL (widget)->missing,
                            &(GtkAllocation){ 0, 0, width, height }, -1);
}

static void
mien_thumbnail_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MienThumbnail *self = MIEN_THUMBNAIL (widget);
  const float width = gtk_widget_get_width (widget);
  const float height = gtk_widget_get_height (widget);

  if (self->texture != NULL)
    {
      const float texture_width = gdk_texture_get_width (self->texture);
      const float texture_height = gdk_texture_get_height (self->texture);
      const float scale = MIN (width / texture_width, height / texture_height);
      graphene_rect_t bounds;
      GskRoundedRect clip;

      graphene_rect_init (&bounds, (width - scale * texture_width) / 2,
                          (height - scale * texture_height) / 2, scale * texture_width,
                          scale * texture_height);
      gsk_rounded_rect_init_from_rect (&clip, &bounds, CORNER_RADIUS);
      gtk_snapshot_push_rounded_clip (snapshot, &clip);
      gtk_snapshot_append_texture (snapshot, self->texture, &bounds);
      gtk_snapshot_pop (snapshot);
    }

  gtk_widget_snapshot_child (widget, self->missing, snapshot);
}

static void
mien_thumbnail_dispose (GObject *object)
{
  MienThumbnail *self = MIEN_THUMBNAIL (object);

  cancel (self);
  g_clear_object (&self->item);
  g_clear_object (&self->texture);
  g_clear_pointer (&self->missing, gtk_widget_unparent);

  G_OBJECT_CLASS (mien_thumbnail_parent_class)->dispose (object);
}

static void
mien_thumbnail_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MienThumbnail *self = MIEN_THUMBNAIL (object);

  switch (id)
    {
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    case PROP_SIZE:
      g_value_set_uint (value, self->size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_thumbnail_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MienThumbnail *self = MIEN_THUMBNAIL (object);

  switch (id)
    {
    case PROP_ITEM:
      mien_thumbnail_set_item (self, g_value_get_object (value));
      break;
    case PROP_SIZE:
      self->size = g_value_get_uint (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_thumbnail_class_init (MienThumbnailClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_thumbnail_dispose;
  object_class->get_property = mien_thumbnail_get_property;
  object_class->set_property = mien_thumbnail_set_property;

  widget_class->get_request_mode = mien_thumbnail_get_request_mode;
  widget_class->measure = mien_thumbnail_measure;
  widget_class->size_allocate = mien_thumbnail_size_allocate;
  widget_class->snapshot = mien_thumbnail_snapshot;

  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, MIEN_TYPE_PICTURE_ITEM,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                 G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_SIZE] = g_param_spec_uint ("size", NULL, NULL, 16, 512, 96,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "thumbnail");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mien_thumbnail_init (MienThumbnail *self)
{
  self->size = 96;
  self->missing = gtk_image_new_from_icon_name ("image-missing-symbolic");
  gtk_widget_add_css_class (self->missing, "dim-label");
  gtk_widget_set_visible (self->missing, FALSE);
  gtk_widget_set_parent (self->missing, GTK_WIDGET (self));
}

/**
 * mien_thumbnail_new:
 * @size: pixels: width and height
 *
 * Returns: (transfer floating): a new, empty thumbnail
 */
GtkWidget *
mien_thumbnail_new (guint size)
{
  return g_object_new (MIEN_TYPE_THUMBNAIL, "size", size, NULL);
}

/**
 * mien_thumbnail_get_item:
 *
 * Returns: (transfer none) (nullable): what it shows
 */
MienPictureItem *
mien_thumbnail_get_item (MienThumbnail *self)
{
  g_return_val_if_fail (MIEN_IS_THUMBNAIL (self), NULL);

  return self->item;
}

/**
 * mien_thumbnail_set_item:
 * @item: (nullable): what to show; %NULL when the thumbnail is recycled
 *
 * A request for the item before, if one is under way, is cancelled, and its result dropped.
 */
void
mien_thumbnail_set_item (MienThumbnail *self, MienPictureItem *item)
{
  g_return_if_fail (MIEN_IS_THUMBNAIL (self));

  if (!g_set_object (&self->item, item))
    return;

  cancel (self);
  if (item != NULL)
    load (self);
  else
    set_texture (self, NULL, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  item != NULL ? mien_picture_item_get_title (item) : "", -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
}

/**
 * mien_thumbnail_get_texture:
 *
 * Returns: (transfer none) (nullable): the picture, once it is decoded
 */
GdkTexture *
mien_thumbnail_get_texture (MienThumbnail *self)
{
  g_return_val_if_fail (MIEN_IS_THUMBNAIL (self), NULL);

  return self->texture;
}
