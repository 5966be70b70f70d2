/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "train/mien-model.h"

G_BEGIN_DECLS

#define MIEN_TYPE_MODEL_WINDOW (mien_model_window_get_type ())
G_DECLARE_FINAL_TYPE (MienModelWindow, mien_model_window, MIEN, MODEL_WINDOW, AdwWindow)

MienModelWindow *mien_model_window_new (MienModel *model, const char *path);

G_END_DECLS
