/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-session.h"

G_BEGIN_DECLS

void mien_cli_training_run (MienSession *session, GCancellable *cancellable);

G_END_DECLS
