/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In place of mien-faces.cc, where that is not built. */
#include "data/mien-faces.h"

#include <glib/gi18n-lib.h>

#include "data/mien-data-error.h"

gboolean
mien_faces_can_find (void)
{
  return FALSE;
}

static void
set_error (GError **error)
{
  g_set_error_literal (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                       _ ("Mien was built without OpenCV, which finds faces."));
}

GArray *
mien_faces_find (GdkPixbuf *picture, GError **error)
{
  set_error (error);
  return NULL;
}

gboolean
mien_faces_measure (GdkPixbuf *picture, double *share, GError **error)
{
  set_error (error);
  return FALSE;
}
