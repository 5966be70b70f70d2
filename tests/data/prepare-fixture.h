/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data-fixture.h"
#include "data/mien-data-error.h"
#include "data/mien-manifest.h"
#include "data/mien-prepare.h"

G_BEGIN_DECLS

/* A source and where the prepared folder is to be, side by side. */
typedef struct
{
  FolderFixture source;
  char *directory; /* holds both */
  char *destination;
} PrepareFixture;

void prepare_fixture_test (const char *path, void (*func) (PrepareFixture *, gconstpointer));
void prepare_fixture_add_divided (PrepareFixture *fixture);
void prepare_choose (MienPrepareOptions *options, const char *name, const char *joined);
MienPreparePlan *prepare_fixture_plan (PrepareFixture *fixture, const MienPrepareOptions *options);
void prepare_fixture_write (PrepareFixture *fixture, MienPreparePlan *plan);
MienDataset *prepare_fixture_scan (PrepareFixture *fixture);
GHashTable *prepare_fixture_read_manifest (PrepareFixture *fixture);
void prepare_assert_counts (MienDataset *dataset,
                            const char *name,
                            guint train,
                            guint validation,
                            guint test);

G_END_DECLS
