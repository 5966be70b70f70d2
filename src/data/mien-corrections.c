/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-corrections.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "data/mien-csv-text.h"
#include "data/mien-data-error.h"
#include "data/mien-json.h"

/* The file is a JSON object: `format`, `directory` of the data set for whoever looks into it, and
 * `corrections`, an array of objects with `path` below the data set's folder, `pixels`, the digest
 * of the picture in hexadecimal, `action` and for "move" `class`. Paths are written as
 * mien_json_path_to_string() has them. */
#define FORMAT "mien-corrections-1"

#define MAX_BYTES (64 * 1024 * 1024)

/* Bytes of a data set's name in the file's, which a file system may limit to 255. */
#define MAX_NAME_BYTES 200

struct _MienCorrections
{
  char *directory;     /* absolute; of a table, the table */
  GHashTable *by_path; /* (char *, MienCorrection *), owned */
};

static const char *const kind_names[] = { "none", "keep", "move", "set-aside" };

static void
correction_free (gpointer data)
{
  MienCorrection *correction = data;

  g_free (correction->class_name);
  g_free (correction);
}

/**
 * mien_correction_kind_to_string:
 * @kind: a kind
 *
 * Returns: "none", "keep", "move" or "set-aside"
 */
const char *
mien_correction_kind_to_string (MienCorrectionKind kind)
{
  return kind_names[kind];
}

/**
 * mien_corrections_get_path:
 * @directory: (type filename): the folder or table of a data set
 *
 * Returns: (transfer full) (type filename): where its corrections are kept:
 *   `$XDG_DATA_HOME/mien/corrections/NAME-DIGEST.json`, with the first digits of the SHA-256 of its
 *   absolute path; without NAME where that is very long
 */
char *
mien_corrections_get_path (const char *directory)
{
  g_autofree char *absolute = g_canonicalize_filename (directory, NULL);
  g_autofree char *base = g_path_get_basename (absolute);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, absolute, -1);
  g_autofree char *name = strlen (base) <= MAX_NAME_BYTES
                            ? g_strdup_printf ("%s-%.16s.json", base, digest)
                            : g_strdup_printf ("%.16s.json", digest);

  return g_build_filename (g_get_user_data_dir (), "mien", "corrections", name, NULL);
}

/* The string of a member; NULL: there is none. */
static const char *
get_string (JsonObject *object, const char *key)
{
  return mien_json_get_string (json_object_get_member (object, key));
}

static gboolean
parse_row (JsonNode *node, MienCorrections *self)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autofree char *path = NULL;
  const char *action;
  const char *class_name;
  guint8 digest[32];

  if (object == NULL || get_string (object, "path") == NULL ||
      !mien_json_digest_from_string (get_string (object, "pixels"), digest))
    return FALSE;

  path = mien_json_path_from_string (get_string (object, "path"));
  action = get_string (object, "action");
  class_name = get_string (object, "class");
  if (path == NULL || action == NULL)
    return FALSE;

  for (guint kind = MIEN_CORRECTION_KEEP; kind < G_N_ELEMENTS (kind_names); kind++)
    if (g_str_equal (action, kind_names[kind]))
      {
        if ((kind == MIEN_CORRECTION_MOVE) != (class_name != NULL && *class_name != '\0'))
          return FALSE;
        mien_corrections_set (self, path, digest, kind, class_name);
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse (MienCorrections *self, const char *text)
{
  g_autoptr (JsonNode) root = mien_json_parse (text, NULL);
  JsonNode *rows;
  JsonArray *array;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root) ||
      g_strcmp0 (get_string (json_node_get_object (root), "format"), FORMAT) != 0)
    return FALSE;

  rows = json_object_get_member (json_node_get_object (root), "corrections");
  if (rows == NULL || !JSON_NODE_HOLDS_ARRAY (rows))
    return FALSE;

  array = json_node_get_array (rows);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!parse_row (json_array_get_element (array, i), self))
      return FALSE;
  return TRUE;
}

/* FALSE without an error: there is no such file. */
static gboolean
read_text (const char *path, char **text, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GError) local = NULL;
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    {
      const int saved = errno;

      if (saved != ENOENT && saved != ENOTDIR)
        g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                     _ ("Cannot read the corrections in “%s”: %s"), name, g_strerror (saved));
      return FALSE;
    }
  if (!S_ISREG (status.st_mode) || status.st_size > MAX_BYTES)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("“%s” is in the place of corrections, and is no file of Mien: move it away"),
                   name);
      return FALSE;
    }
  if (!g_file_get_contents (path, text, NULL, &local))
    {
      g_set_error_literal (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE, local->message);
      return FALSE;
    }
  return TRUE;
}

/**
 * mien_corrections_load:
 * @directory: (type filename): the folder or table of a data set
 * @error: return location; `MIEN_DATA_ERROR_FILE` where the file is damaged, or cannot be read
 *
 * Reads what was decided of a data set; without a file, nothing was.
 *
 * Returns: (transfer full) (nullable): the corrections
 */
MienCorrections *
mien_corrections_load (const char *directory, GError **error)
{
  g_autoptr (MienCorrections) self = g_new0 (MienCorrections, 1);
  g_autofree char *path = mien_corrections_get_path (directory);
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;

  self->directory = g_canonicalize_filename (directory, NULL);
  self->by_path = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, correction_free);
  if (!read_text (path, &text, &local))
    {
      if (local == NULL)
        return g_steal_pointer (&self);
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  if (!parse (self, text))
    {
      g_autofree char *name = g_filename_display_name (path);

      g_set_error (
        error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
        _ ("The corrections in “%s” cannot be read: the file is damaged. Put it right, or "
           "remove it to use the pictures as their folders have them."),
        name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
mien_corrections_free (MienCorrections *self)
{
  if (self == NULL)
    return;
  g_free (self->directory);
  g_hash_table_unref (self->by_path);
  g_free (self);
}

guint
mien_corrections_get_n (MienCorrections *self)
{
  return g_hash_table_size (self->by_path);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * mien_corrections_list_paths:
 * @self: corrections
 *
 * Returns: (transfer full) (element-type filename): the relative paths of the pictures that
 *   something was decided of, in byte order; borrowed from @self
 */
GPtrArray *
mien_corrections_list_paths (MienCorrections *self)
{
  GPtrArray *paths = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (paths, key);
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

/**
 * mien_corrections_get:
 * @self: corrections
 * @relative: (type filename): path below the data set's folder
 *
 * Returns: (transfer none) (nullable): what was decided, of whatever picture lay there
 */
const MienCorrection *
mien_corrections_get (MienCorrections *self, const char *relative)
{
  return g_hash_table_lookup (self->by_path, relative);
}

/**
 * mien_corrections_find:
 * @self: corrections
 * @relative: (type filename): path below the data set's folder
 * @digest: of the picture that lies there
 *
 * Returns: (transfer none) (nullable): what was decided of that very picture; %NULL where nothing
 *   was, or another picture lay there
 */
const MienCorrection *
mien_corrections_find (MienCorrections *self, const char *relative, const guint8 digest[32])
{
  const MienCorrection *correction = mien_corrections_get (self, relative);

  return correction != NULL && memcmp (correction->digest, digest, 32) == 0 ? correction : NULL;
}

/**
 * mien_corrections_set:
 * @self: corrections
 * @relative: (type filename): path below the data set's folder
 * @digest: of the picture's pixels
 * @kind: the decision; %MIEN_CORRECTION_NONE takes back what was decided
 * @class_name: (nullable): where it belongs, for %MIEN_CORRECTION_MOVE
 */
void
mien_corrections_set (MienCorrections *self,
                      const char *relative,
                      const guint8 digest[32],
                      MienCorrectionKind kind,
                      const char *class_name)
{
  MienCorrection *correction;

  g_return_if_fail ((kind == MIEN_CORRECTION_MOVE) == (class_name != NULL));

  if (kind == MIEN_CORRECTION_NONE)
    {
      g_hash_table_remove (self->by_path, relative);
      return;
    }

  correction = g_new0 (MienCorrection, 1);
  correction->kind = kind;
  correction->class_name = g_strdup (class_name);
  memcpy (correction->digest, digest, 32);
  g_hash_table_replace (self->by_path, g_strdup (relative), correction);
}

static JsonObject *
row_to_json (MienCorrections *self, const char *path)
{
  const MienCorrection *correction = mien_corrections_get (self, path);
  g_autofree char *name = mien_json_path_to_string (path);
  g_autofree char *pixels = mien_json_digest_to_string (correction->digest);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "path", name);
  json_object_set_string_member (object, "pixels", pixels);
  json_object_set_string_member (object, "action",
                                 mien_correction_kind_to_string (correction->kind));
  if (correction->class_name != NULL)
    json_object_set_string_member (object, "class", correction->class_name);
  return object;
}

/**
 * mien_corrections_save:
 * @self: corrections
 * @error: return location
 *
 * Writes the file anew, or removes it where nothing is decided any more.
 *
 * Returns: %TRUE if it is on the disk
 */
gboolean
mien_corrections_save (MienCorrections *self, GError **error)
{
  g_autofree char *path = mien_corrections_get_path (self->directory);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *directory = mien_json_path_to_string (self->directory);
  g_autoptr (GPtrArray) paths = mien_corrections_list_paths (self);
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *rows = json_array_new ();
  g_autofree char *text = NULL;

  json_node_take_object (root, object);
  json_object_set_string_member (object, "format", FORMAT);
  json_object_set_string_member (object, "directory", directory);
  json_object_set_array_member (object, "corrections", rows);
  if (paths->len == 0 && (g_unlink (path) == 0 || errno == ENOENT))
    return TRUE;

  for (guint i = 0; i < paths->len; i++)
    json_array_add_object_element (rows, row_to_json (self, g_ptr_array_index (paths, i)));
  text = mien_json_to_text (root, TRUE);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      const int saved = errno;
      g_autofree char *name = g_filename_display_name (folder);

      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("Cannot make the folder “%s” for corrections: %s"), name, g_strerror (saved));
      return FALSE;
    }
  return g_file_set_contents_full (
    path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, error);
}

/**
 * mien_corrections_to_csv:
 * @self: corrections
 *
 * Returns: (transfer full): a row a picture: `path` below the data set's folder, as of
 *   mien_json_path_to_string(), `action`, `class`
 */
char *
mien_corrections_to_csv (MienCorrections *self)
{
  g_autoptr (GPtrArray) paths = mien_corrections_list_paths (self);
  g_autoptr (GString) csv = g_string_new ("path,action,class\n");

  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      const MienCorrection *correction = mien_corrections_get (self, path);
      g_autofree char *name = mien_json_path_to_string (path);

      mien_csv_append (csv, name);
      mien_csv_append (csv, mien_correction_kind_to_string (correction->kind));
      mien_csv_append (csv, correction->class_name != NULL ? correction->class_name : "");
      g_string_append_c (csv, '\n');
    }
  return g_string_free (g_steal_pointer (&csv), FALSE);
}
