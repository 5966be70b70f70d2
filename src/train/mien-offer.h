/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

/* What the settings that suit a data set follow from. */
typedef struct
{
  guint side;       /* pixels: the median of the pictures' longer sides */
  guint n_training; /* pictures to learn from */
  guint n_classes;
  const char *compact; /* borrowed: file of the compact network that comes along; NULL: not there */
  const char *imagenet; /* borrowed: file of a VGG19 with ImageNet weights; NULL: not there */
} MienOfferFacts;

/* Settings that suit a data set, and why. */
typedef struct
{
  MienSettings *settings;  /* owned */
  char *reason;            /* owned, translated, some sentences; NULL: nothing to say */
  gboolean lacks_imagenet; /* ImageNet weights would serve better, but are not there */
} MienOffer;

MienOffer *mien_offer_new (const MienOfferFacts *facts);
MienOffer *mien_offer_new_for_dataset (MienDataset *dataset);
MienOffer *mien_offer_new_plain (void);
void mien_offer_free (MienOffer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienOffer, mien_offer_free)

G_END_DECLS
