/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-manifest.h"

#include <string.h>

#include "data/mien-json.h"
#include "data/mien-manifest-private.h"

/* A document of a line a picture, put together as text: a tree of some hundred thousand values
 * would take many times the memory. */
struct _MienManifestWriter
{
  GString *text;
  gboolean has_rows;
};

static char *
to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, object);
  return mien_json_to_text (node, FALSE);
}

/**
 * mien_manifest_writer_new:
 * @source: (type filename): the folder or file that the pictures come from, absolute
 * @settings: what decided the pictures; written as it is
 *
 * Returns: (transfer full): a manifest without pictures
 */
MienManifestWriter *
mien_manifest_writer_new (const char *source, JsonObject *settings)
{
  MienManifestWriter *self = g_new0 (MienManifestWriter, 1);
  g_autoptr (JsonObject) head = json_object_new ();
  g_autofree char *path = mien_json_path_to_string (source);
  g_autofree char *text = NULL;

  json_object_set_string_member (head, "format", MIEN_MANIFEST_FORMAT);
  json_object_set_int_member (head, "version", MIEN_MANIFEST_VERSION);
  json_object_set_string_member (head, "program", "mien " MIEN_VERSION);
  json_object_set_string_member (head, "source", path);
  json_object_set_object_member (head, "settings", json_object_ref (settings));
  text = to_text (head);

  /* What is left open here takes the pictures. */
  self->text = g_string_new_len (text, (gssize) strlen (text) - 1);
  g_string_append (self->text, ",\n\"files\":[");
  return self;
}

/**
 * mien_manifest_writer_free:
 * @self: (nullable) (transfer full): a manifest
 *
 * Frees it; what was saved stays.
 */
void
mien_manifest_writer_free (MienManifestWriter *self)
{
  if (self == NULL)
    return;
  g_string_free (self->text, TRUE);
  g_free (self);
}

static JsonObject *
transform_to_json (const MienTransform *transform)
{
  JsonObject *object = json_object_new ();

  mien_json_add_number (object, "rotation", transform->rotation);
  mien_json_add_number (object, "shift_x", transform->shift_x);
  mien_json_add_number (object, "shift_y", transform->shift_y);
  mien_json_add_number (object, "zoom_x", transform->zoom_x);
  mien_json_add_number (object, "zoom_y", transform->zoom_y);
  mien_json_add_number (object, "shear", transform->shear);
  mien_json_add_number (object, "brightness", transform->brightness);
  json_object_set_boolean_member (object, "flip", transform->flip);
  return object;
}

/**
 * mien_manifest_writer_add:
 * @self: a manifest
 * @row: a picture; may be freed afterwards
 *
 * Adds a picture.
 */
void
mien_manifest_writer_add (MienManifestWriter *self, const MienManifestRow *row)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *text = NULL;
  g_autofree char *digest = mien_json_digest_to_string (row->digest);

  json_object_set_string_member (object, "file", row->file);
  json_object_set_string_member (object, "source", row->source);
  json_object_set_string_member (object, "split", row->source_split);
  json_object_set_string_member (object, "class", row->source_class);
  json_object_set_string_member (object, "digest", digest);
  json_object_set_boolean_member (object, "copy", row->transform != NULL);
  if (row->transform != NULL)
    json_object_set_object_member (object, "transform", transform_to_json (row->transform));
  text = to_text (object);
  g_string_append_printf (self->text, "%s\n%s", self->has_rows ? "," : "", text);
  self->has_rows = TRUE;
}

/**
 * mien_manifest_writer_save:
 * @self: a manifest
 * @directory: (type filename): the folder of the pictures
 * @error: return location for a %GFileError
 *
 * Writes %MIEN_MANIFEST_NAME. Nothing may be added afterwards.
 *
 * Returns: %FALSE where it could not be written
 */
gboolean
mien_manifest_writer_save (MienManifestWriter *self, const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, MIEN_MANIFEST_NAME, NULL);

  g_string_append (self->text, "\n]}\n");
  return g_file_set_contents_full (path, self->text->str, (gssize) self->text->len,
                                   G_FILE_SET_CONTENTS_CONSISTENT, 0666, error);
}
