/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "data/mien-data-error.h"
#include "data/mien-json.h"
#include "data/mien-manifest-private.h"
#include "data/mien-manifest.h"

/* Some half a million pictures. */
#define MAX_BYTES (G_GUINT64_CONSTANT (1) << 28)

static void
entry_free (gpointer data)
{
  MienManifestEntry *entry = data;

  g_free (entry->source);
  g_free (entry);
}

/* The string of a member; NULL: there is none. */
static const char *
get_string (JsonObject *object, const char *key)
{
  return mien_json_get_string (json_object_get_member (object, key));
}

/* Reads one picture; FALSE where something is missing or of the wrong type. */
static gboolean
read_row (JsonNode *node, GHashTable *entries)
{
  g_autofree MienManifestEntry *entry = g_new0 (MienManifestEntry, 1);
  JsonObject *object;
  JsonNode *copy;
  const char *file, *source;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  object = json_node_get_object (node);
  file = get_string (object, "file");
  source = get_string (object, "source");
  copy = json_object_get_member (object, "copy");
  if (file == NULL || source == NULL || copy == NULL || !JSON_NODE_HOLDS_VALUE (copy) ||
      json_node_get_value_type (copy) != G_TYPE_BOOLEAN ||
      !mien_json_digest_from_string (get_string (object, "digest"), entry->digest))
    return FALSE;

  entry->source = g_strdup (source);
  entry->is_copy = json_node_get_boolean (copy);
  g_hash_table_insert (entries, g_strdup (file), g_steal_pointer (&entry));
  return TRUE;
}

static GHashTable *
read_document (JsonNode *root, GError **error)
{
  g_autoptr (GHashTable) entries = NULL;
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonNode *files;
  JsonArray *array;
  guint64 version;

  if (object == NULL || g_strcmp0 (get_string (object, "format"), MIEN_MANIFEST_FORMAT) != 0)
    {
      g_set_error_literal (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                           _ ("it was not written by Mien"));
      return NULL;
    }
  if (!mien_json_get_count (json_object_get_member (object, "version"), G_MAXUINT, &version) ||
      version != MIEN_MANIFEST_VERSION)
    {
      g_set_error_literal (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                           _ ("another version of Mien wrote it"));
      return NULL;
    }
  files = json_object_get_member (object, "files");
  if (files == NULL || !JSON_NODE_HOLDS_ARRAY (files))
    {
      g_set_error_literal (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                           _ ("it has no list of files"));
      return NULL;
    }

  entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  array = json_node_get_array (files);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!read_row (json_array_get_element (array, i), entries))
      {
        g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                     _ ("its file number %u is not described as it should be"), i + 1);
        return NULL;
      }
  return g_steal_pointer (&entries);
}

/**
 * mien_manifest_read:
 * @directory: (type filename): a data set's folder
 * @error: return location for %MIEN_DATA_ERROR_FILE, without the file's name
 *
 * Reads what is known about the pictures of a prepared data set, which may come from a stranger.
 * No file is opened because of what stands in it.
 *
 * Returns: (transfer full) (nullable) (element-type utf8 MienManifestEntry): an entry for each path
 *   below @directory; %NULL where the manifest is damaged or not Mien's, and without an error where
 *   there is none
 */
GHashTable *
mien_manifest_read (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, MIEN_MANIFEST_NAME, NULL);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) local = NULL;
  GStatBuf status;
  gsize length;

  if (g_stat (path, &status) != 0)
    {
      if (errno != ENOENT && errno != ENOTDIR)
        g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE, "%s", g_strerror (errno));
      return NULL;
    }
  if (!S_ISREG (status.st_mode) || (guint64) status.st_size > MAX_BYTES)
    {
      g_set_error_literal (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                           _ ("it is no file, or too large"));
      return NULL;
    }
  if (!g_file_get_contents (path, &text, &length, &local))
    {
      g_set_error_literal (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE, local->message);
      return NULL;
    }
  if (strlen (text) == length && g_utf8_validate (text, (gssize) length, NULL))
    root = mien_json_parse (text, &local);
  if (root == NULL)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE, _ ("it is damaged (%s)"),
                   local != NULL ? local->message : _ ("not a text in UTF-8"));
      return NULL;
    }
  return read_document (root, error);
}
