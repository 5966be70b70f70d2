/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MIEN_DATA_ERROR (mien_data_error_quark ())

typedef enum
{
  MIEN_DATA_ERROR_FILE,      /* a file or folder cannot be opened, read or written */
  MIEN_DATA_ERROR_PICTURE,   /* a file is of no known picture format */
  MIEN_DATA_ERROR_BROKEN,    /* a file is of a known picture format, but damaged */
  MIEN_DATA_ERROR_TOO_LARGE, /* a picture is over the pixel limit */
  MIEN_DATA_ERROR_MEMORY,    /* batches need more memory than can be had */
  MIEN_DATA_ERROR_EMPTY,     /* a file of no bytes */
  MIEN_DATA_ERROR_LAYOUT     /* a folder is no data set: no class, one class, an empty class */
} MienDataError;

GQuark mien_data_error_quark (void);

G_END_DECLS
