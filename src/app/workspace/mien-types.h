/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "data/mien-dataset.h"
#include "train/mien-evaluation.h"
#include "train/mien-model.h"
#include "train/mien-neighbours.h"

G_BEGIN_DECLS

/* Boxed types for the counted structs of the libraries, so that they can be property values. */
#define MIEN_TYPE_DATASET (mien_dataset_get_type ())
#define MIEN_TYPE_MODEL (mien_model_get_type ())
#define MIEN_TYPE_EVALUATION (mien_evaluation_get_type ())
#define MIEN_TYPE_NEIGHBOURS (mien_neighbours_get_type ())

GType mien_dataset_get_type (void);
GType mien_model_get_type (void);
GType mien_evaluation_get_type (void);
GType mien_neighbours_get_type (void);

G_END_DECLS
