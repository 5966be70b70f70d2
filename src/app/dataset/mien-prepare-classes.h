/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "data/mien-prepare.h"

G_BEGIN_DECLS

/* The classes of a data set to choose from, each with the name that it is to have; those of one
 * name are merged. Signal "changed". */
#define MIEN_TYPE_PREPARE_CLASSES (mien_prepare_classes_get_type ())
G_DECLARE_FINAL_TYPE (MienPrepareClasses,
                      mien_prepare_classes,
                      MIEN,
                      PREPARE_CLASSES,
                      AdwPreferencesGroup)

void mien_prepare_classes_set_dataset (MienPrepareClasses *self, MienDataset *dataset);
void mien_prepare_classes_add_to (MienPrepareClasses *self, MienPrepareOptions *options);
guint mien_prepare_classes_get_largest (MienPrepareClasses *self);
void mien_prepare_classes_choose (MienPrepareClasses *self, guint class_index, gboolean chosen);
void mien_prepare_classes_rename (MienPrepareClasses *self, guint class_index, const char *name);
gboolean mien_prepare_classes_is_merged (MienPrepareClasses *self, guint class_index);

G_END_DECLS
