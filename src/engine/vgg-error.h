/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VGG_ERROR (vgg_error_quark ())

typedef enum
{
  VGG_ERROR_FILE,         /* a file cannot be opened, read or written */
  VGG_ERROR_FORMAT,       /* a file's content is malformed or of an unsupported kind */
  VGG_ERROR_MISMATCH,     /* tensors do not fit the network */
  VGG_ERROR_ARCHITECTURE, /* a network is described that cannot be built */
  VGG_ERROR_MEMORY        /* a plan needs more memory than can be had */
} VggError;

GQuark vgg_error_quark (void);

G_END_DECLS
