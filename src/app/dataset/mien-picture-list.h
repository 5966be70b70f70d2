/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-dataset.h"

G_BEGIN_DECLS

/* Every class, or every split. */
#define MIEN_PICTURE_LIST_ALL (-1)

/* The pictures of a data set that pass a filter: a GListModel of MienPictureItem, made as they are
 * asked for. */
#define MIEN_TYPE_PICTURE_LIST (mien_picture_list_get_type ())
G_DECLARE_FINAL_TYPE (MienPictureList, mien_picture_list, MIEN, PICTURE_LIST, GObject)

MienPictureList *mien_picture_list_new (void);
void mien_picture_list_set_dataset (MienPictureList *self, MienDataset *dataset);
void mien_picture_list_set_filter (MienPictureList *self,
                                   int class_index,
                                   int split,
                                   const char *search);

G_END_DECLS
