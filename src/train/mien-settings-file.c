/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/mien-json.h"
#include "train/mien-settings.h"
#include "train/mien-train-error.h"

static JsonNode *
load_document (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GError) local = NULL;
  JsonNode *node;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &local))
    {
      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                   _ ("Cannot read the settings file: %s"), local->message);
      return NULL;
    }

  if (strlen (text) != length || !g_utf8_validate (text, length, NULL))
    {
      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                   _ ("“%s” is no settings file: it is not a text in UTF-8"), name);
      return NULL;
    }

  node = mien_json_parse (text, &local);
  if (node == NULL)
    g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                 _ ("“%s” is no settings file: it is not JSON (%s)"), name, local->message);
  return node;
}

/**
 * mien_settings_load:
 * @path: (type filename): a settings file
 * @error: return location; `MIEN_TRAIN_ERROR_SETTINGS` that names the file and the key
 *
 * Returns: (transfer full) (nullable): the settings
 */
MienSettings *
mien_settings_load (const char *path, GError **error)
{
  g_autoptr (JsonNode) node = load_document (path, error);
  MienSettings *self;

  if (node == NULL)
    return NULL;

  self = mien_settings_from_json (node, error);
  if (self == NULL)
    {
      g_autofree char *name = g_filename_display_name (path);

      g_prefix_error (error, "%s: ", name);
    }
  return self;
}

/**
 * mien_settings_save:
 * @self: settings
 * @path: (type filename): where to
 * @error: return location
 *
 * Writes the settings so that a crash leaves the old file or the new one.
 *
 * Returns: %TRUE if they are on the disk
 */
gboolean
mien_settings_save (const MienSettings *self, const char *path, GError **error)
{
  g_autoptr (JsonNode) node = mien_settings_to_json (self);
  g_autofree char *document = mien_json_to_text (node, TRUE);
  g_autofree char *text = g_strconcat (document, "\n", NULL);

  return g_file_set_contents_full (
    path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, error);
}
