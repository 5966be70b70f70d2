/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-tensor-file.h"
#include "train-fixture.h"
#include "train/mien-session.h"

G_BEGIN_DECLS

/* 3 x 11 training pictures in batches of 8: the last batch of an epoch has one picture. */
typedef struct
{
  char *folder;
  char *pictures;
  char *run; /* not there yet */
  MienDataset *dataset;
  MienSettings *settings;
} SessionFixture;

void session_fixture_set_up (SessionFixture *self, gconstpointer data);
void session_fixture_tear_down (SessionFixture *self, gconstpointer data);
MienSession *session_fixture_make (SessionFixture *self, const char *run);
MienSession *session_fixture_resume (SessionFixture *self, const char *run);

MienSessionState session_run_to_end (MienSession *session);
guint session_count_epochs (MienSession *session);
void session_wait_for_epoch (MienSession *session, guint epoch);
void session_assert_failed (MienSession *session, GQuark domain, int code, const char *named);
gboolean session_same_tensors (const char *first_run, const char *second_run, const char *name);
VggTensorFile *session_load_tensors (const char *run, const char *name);

G_END_DECLS
