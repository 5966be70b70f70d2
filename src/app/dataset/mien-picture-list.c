/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-picture-list.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-picture-item.h"

struct _MienPictureList
{
  GObject parent_instance;

  MienDataset *dataset; /* owned, NULL: none */
  GArray *indices;      /* guint: the data set's pictures that pass */
  int class_index;
  int split;
  char *search; /* case folded, "" passes everything */
};

static GType
get_item_type (GListModel *model)
{
  return MIEN_TYPE_PICTURE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return MIEN_PICTURE_LIST (model)->indices->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  MienPictureList *self = MIEN_PICTURE_LIST (model);
  const MienPicture *picture;
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  guint index;

  if (position >= self->indices->len)
    return NULL;

  index = g_array_index (self->indices, guint, position);
  picture = mien_dataset_get_picture (self->dataset, index);
  name = g_filename_display_basename (picture->path);
  /* TRANSLATORS: a picture's file name, class, split, width and height */
  title = g_strdup_printf (_ ("%s · %s, %s · %u × %u"), name,
                           mien_dataset_get_classes (self->dataset, NULL)[picture->class_index],
                           mien_split_get_title (picture->split), picture->width, picture->height);

  return mien_picture_item_new (picture->path, title, NULL, index);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MienPictureList,
                               mien_picture_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static gboolean
passes (MienPictureList *self, const MienPicture *picture)
{
  if (self->class_index >= 0 && picture->class_index != (guint) self->class_index)
    return FALSE;
  if (self->split >= 0 && picture->split != (MienSplit) self->split)
    return FALSE;

  return mien_picture_has_name (picture, self->search);
}

static void
refilter (MienPictureList *self)
{
  const guint before = self->indices->len;
  const guint n = self->dataset != NULL ? mien_dataset_get_n_pictures (self->dataset) : 0;

  g_array_set_size (self->indices, 0);
  for (guint i = 0; i < n; i++)
    if (passes (self, mien_dataset_get_picture (self->dataset, i)))
      g_array_append_val (self->indices, i);

  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->indices->len);
}

static void
mien_picture_list_finalize (GObject *object)
{
  MienPictureList *self = MIEN_PICTURE_LIST (object);

  g_clear_pointer (&self->dataset, mien_dataset_unref);
  g_array_unref (self->indices);
  g_free (self->search);

  G_OBJECT_CLASS (mien_picture_list_parent_class)->finalize (object);
}

static void
mien_picture_list_class_init (MienPictureListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mien_picture_list_finalize;
}

static void
mien_picture_list_init (MienPictureList *self)
{
  self->indices = g_array_new (FALSE, FALSE, sizeof (guint));
  self->class_index = MIEN_PICTURE_LIST_ALL;
  self->split = MIEN_PICTURE_LIST_ALL;
  self->search = g_strdup ("");
}

/**
 * mien_picture_list_new:
 *
 * Returns: (transfer full): an empty list that lets everything pass
 */
MienPictureList *
mien_picture_list_new (void)
{
  return g_object_new (MIEN_TYPE_PICTURE_LIST, NULL);
}

/**
 * mien_picture_list_set_dataset:
 * @dataset: (nullable): whose pictures to list
 */
void
mien_picture_list_set_dataset (MienPictureList *self, MienDataset *dataset)
{
  g_return_if_fail (MIEN_IS_PICTURE_LIST (self));

  if (self->dataset == dataset)
    return;

  g_clear_pointer (&self->dataset, mien_dataset_unref);
  self->dataset = dataset != NULL ? mien_dataset_ref (dataset) : NULL;
  refilter (self);
}

/**
 * mien_picture_list_set_filter:
 * @class_index: a class of the data set, or %MIEN_PICTURE_LIST_ALL
 * @split: a #MienSplit, or %MIEN_PICTURE_LIST_ALL
 * @search: what the file name has to contain, in any case; "" lets everything pass
 */
void
mien_picture_list_set_filter (MienPictureList *self, int class_index, int split, const char *search)
{
  g_autofree char *folded = NULL;

  g_return_if_fail (MIEN_IS_PICTURE_LIST (self));
  g_return_if_fail (search != NULL);

  folded = g_utf8_casefold (search, -1);
  if (self->class_index == class_index && self->split == split &&
      g_str_equal (self->search, folded))
    return;

  self->class_index = class_index;
  self->split = split;
  g_free (self->search);
  self->search = g_steal_pointer (&folded);
  refilter (self);
}
