/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "train/mien-heat-map.h"

G_BEGIN_DECLS

/* A picture, and over it where a network looks: with a class to choose and an opacity. It may be
 * the mean of many. Property "active": whether the map is shown. */
#define MIEN_TYPE_HEAT_VIEW (mien_heat_view_get_type ())
G_DECLARE_FINAL_TYPE (MienHeatView, mien_heat_view, MIEN, HEAT_VIEW, AdwBin)

void mien_heat_view_set_model (MienHeatView *self, MienModel *model);
void mien_heat_view_set_texture (MienHeatView *self,
                                 GdkTexture *texture,
                                 const char *title,
                                 const char *class_name);
void mien_heat_view_set_mean (MienHeatView *self,
                              const char *const *paths,
                              const char *title,
                              const char *class_name);
gboolean mien_heat_view_get_active (MienHeatView *self);
void mien_heat_view_set_active (MienHeatView *self, gboolean active);
const MienHeatMap *mien_heat_view_get_map (MienHeatView *self);

G_END_DECLS
