/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-types.h"

G_DEFINE_BOXED_TYPE (MienDataset, mien_dataset, mien_dataset_ref, mien_dataset_unref)
G_DEFINE_BOXED_TYPE (MienModel, mien_model, mien_model_ref, mien_model_unref)
G_DEFINE_BOXED_TYPE (MienEvaluation, mien_evaluation, mien_evaluation_ref, mien_evaluation_unref)
G_DEFINE_BOXED_TYPE (MienNeighbours, mien_neighbours, mien_neighbours_ref, mien_neighbours_unref)
