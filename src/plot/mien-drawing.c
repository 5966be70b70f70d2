/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-drawing.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* A drawing is gathered in memory, and becomes a file once it is whole. */

/**
 * mien_drawing_append:
 * @bytes: (type GByteArray): what has been written so far
 * @data: (array length=length): what follows
 * @length: its bytes
 *
 * A #cairo_write_func_t.
 *
 * Returns: success
 */
cairo_status_t
mien_drawing_append (void *bytes, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (bytes, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/**
 * mien_drawing_save:
 * @bytes: the drawing
 * @status: how it ended
 * @path: (type filename): where to; what is there is replaced
 * @error: return location; that of the file system, or `G_IO_ERROR_FAILED` where it could not be
 * drawn
 *
 * Returns: %TRUE if it is in the file
 */
gboolean
mien_drawing_save (const GByteArray *bytes, cairo_status_t status, const char *path, GError **error)
{
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_autofree char *name = g_filename_display_name (path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” cannot be drawn: %s"), name,
                   cairo_status_to_string (status));
      return FALSE;
    }

  return g_file_set_contents (path, (const char *) bytes->data, (gssize) bytes->len, error);
}
