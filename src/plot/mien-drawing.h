/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

cairo_status_t mien_drawing_append (void *bytes, const unsigned char *data, unsigned int length);
gboolean mien_drawing_save (const GByteArray *bytes,
                            cairo_status_t status,
                            const char *path,
                            GError **error);

G_END_DECLS
