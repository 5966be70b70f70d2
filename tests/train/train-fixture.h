/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"
#include "train/mien-model.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

/* The classes of the colour model, in its order; a data set lists them sorted. */
enum
{
  RED,
  GREEN,
  BLUE,
  N_COLOURS
};

extern const char *const colour_names[N_COLOURS + 1];

char *train_fixture_make_folder (void);
void train_fixture_remove_folder (char *folder);

void train_fixture_write_picture (const char *path,
                                  guint red,
                                  guint green,
                                  guint blue,
                                  guint noise_seed);
void train_fixture_write_file (const char *folder, const char *name, const char *content);
void train_fixture_write_split (const char *folder, const char *split, guint n_each, guint seed);
MienDataset *train_fixture_scan (const char *folder);
MienDataset *
train_fixture_make_dataset (const char *folder, guint n_train, guint n_validation, guint n_test);

MienSettings *train_fixture_settings (void);
MienModel *train_fixture_colour_model (float sharpness);

G_END_DECLS
