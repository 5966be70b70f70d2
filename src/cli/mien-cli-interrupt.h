/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _MienCliInterrupt MienCliInterrupt;

MienCliInterrupt *mien_cli_interrupt_new (void);
void mien_cli_interrupt_free (MienCliInterrupt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienCliInterrupt, mien_cli_interrupt_free)

GCancellable *mien_cli_interrupt_get_cancellable (MienCliInterrupt *self);

G_END_DECLS
