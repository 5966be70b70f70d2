/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-picture-item.h"

struct _MienPictureItem
{
  GObject parent_instance;

  /* Owned */
  char *path; /* file name encoding; NULL: it has a texture */
  GdkTexture *texture;
  char *name;
  char *title;
  char *caption;
  guint index;
};

enum
{
  PROP_0,
  PROP_PATH,
  PROP_TEXTURE,
  PROP_NAME,
  PROP_TITLE,
  PROP_CAPTION,
  PROP_INDEX,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienPictureItem, mien_picture_item, G_TYPE_OBJECT)

static void
mien_picture_item_finalize (GObject *object)
{
  MienPictureItem *self = MIEN_PICTURE_ITEM (object);

  g_clear_object (&self->texture);
  g_free (self->path);
  g_free (self->name);
  g_free (self->title);
  g_free (self->caption);

  G_OBJECT_CLASS (mien_picture_item_parent_class)->finalize (object);
}

static void
mien_picture_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MienPictureItem *self = MIEN_PICTURE_ITEM (object);

  switch (id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_TEXTURE:
      g_value_set_object (value, self->texture);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_CAPTION:
      g_value_set_string (value, self->caption);
      break;
    case PROP_INDEX:
      g_value_set_uint (value, self->index);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_picture_item_class_init (MienPictureItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = mien_picture_item_finalize;
  object_class->get_property = mien_picture_item_get_property;

  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_TEXTURE] = g_param_spec_object ("texture", NULL, NULL, GDK_TYPE_TEXTURE, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_CAPTION] = g_param_spec_string ("caption", NULL, NULL, NULL, flags);
  properties[PROP_INDEX] = g_param_spec_uint ("index", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
mien_picture_item_init (MienPictureItem *self)
{
}

/**
 * mien_picture_item_new:
 * @path: (type filename): the picture's file, absolute
 * @title: (nullable): a sentence about it, for the tooltip and for assistive technology; %NULL: its
 * name
 * @caption: (nullable): a few letters to stand under the thumbnail
 * @index: what the maker of the list knows it by
 *
 * Returns: (transfer full): a new item for a picture file
 */
MienPictureItem *
mien_picture_item_new (const char *path, const char *title, const char *caption, guint index)
{
  MienPictureItem *self;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (MIEN_TYPE_PICTURE_ITEM, NULL);
  self->path = g_strdup (path);
  self->name = g_filename_display_basename (path);
  self->title = g_strdup (title != NULL ? title : self->name);
  self->caption = g_strdup (caption);
  self->index = index;

  return self;
}

/**
 * mien_picture_item_new_for_texture:
 * @texture: a picture that came without a file
 * @name: what to call it
 *
 * Returns: (transfer full): a new item
 */
MienPictureItem *
mien_picture_item_new_for_texture (GdkTexture *texture, const char *name)
{
  MienPictureItem *self;

  g_return_val_if_fail (GDK_IS_TEXTURE (texture), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (MIEN_TYPE_PICTURE_ITEM, NULL);
  self->texture = g_object_ref (texture);
  self->name = g_strdup (name);
  self->title = g_strdup (name);

  return self;
}

/**
 * mien_picture_item_get_path:
 *
 * Returns: (transfer none) (nullable) (type filename): the file, or %NULL for a picture without one
 */
const char *
mien_picture_item_get_path (MienPictureItem *self)
{
  g_return_val_if_fail (MIEN_IS_PICTURE_ITEM (self), NULL);

  return self->path;
}

/**
 * mien_picture_item_get_texture:
 *
 * Returns: (transfer none) (nullable): the picture itself, where it has no file
 */
GdkTexture *
mien_picture_item_get_texture (MienPictureItem *self)
{
  g_return_val_if_fail (MIEN_IS_PICTURE_ITEM (self), NULL);

  return self->texture;
}

/**
 * mien_picture_item_get_name:
 *
 * Returns: (transfer none): the file's name without its folder, in UTF-8
 */
const char *
mien_picture_item_get_name (MienPictureItem *self)
{
  g_return_val_if_fail (MIEN_IS_PICTURE_ITEM (self), NULL);

  return self->name;
}

/**
 * mien_picture_item_get_title:
 *
 * Returns: (transfer none): a sentence about the picture
 */
const char *
mien_picture_item_get_title (MienPictureItem *self)
{
  g_return_val_if_fail (MIEN_IS_PICTURE_ITEM (self), NULL);

  return self->title;
}

/**
 * mien_picture_item_get_caption:
 *
 * Returns: (transfer none) (nullable): what stands under its thumbnail
 */
const char *
mien_picture_item_get_caption (MienPictureItem *self)
{
  g_return_val_if_fail (MIEN_IS_PICTURE_ITEM (self), NULL);

  return self->caption;
}

/**
 * mien_picture_item_get_index:
 *
 * Returns: the number that the list's maker gave it
 */
guint
mien_picture_item_get_index (MienPictureItem *self)
{
  g_return_val_if_fail (MIEN_IS_PICTURE_ITEM (self), 0);

  return self->index;
}
