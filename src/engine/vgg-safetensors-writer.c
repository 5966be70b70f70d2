/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-safetensors.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "engine/vgg-atomic-file.h"
#include "engine/vgg-error.h"
#include "engine/vgg-tensor-file-private.h"

#define ALIGNMENT 8

static JsonObject *
describe_metadata (VggTensorFile *self)
{
  JsonObject *object = json_object_new ();
  g_autoptr (GList) keys = g_hash_table_get_keys (self->metadata);

  keys = g_list_sort (keys, (GCompareFunc) strcmp);
  for (GList *l = keys; l != NULL; l = l->next)
    json_object_set_string_member (object, l->data, g_hash_table_lookup (self->metadata, l->data));

  return object;
}

static JsonObject *
describe_tensor (const VggTensorEntry *entry, gsize begin, gsize end)
{
  JsonObject *object = json_object_new ();
  JsonArray *shape = json_array_new ();
  JsonArray *offsets = json_array_new ();

  for (guint i = 0; i < entry->shape.n_dimensions; i++)
    json_array_add_int_element (shape, entry->shape.dimensions[i]);
  json_array_add_int_element (offsets, begin);
  json_array_add_int_element (offsets, end);

  json_object_set_string_member (object, "dtype", "F32");
  json_object_set_array_member (object, "shape", shape);
  json_object_set_array_member (object, "data_offsets", offsets);

  return object;
}

/* Padded with spaces, which the format allows, so that the data begin on a multiple of eight. */
static GString *
build_header (VggTensorFile *self)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *json = NULL;
  JsonObject *header = json_object_new ();
  GString *text;
  gsize offset = 0;

  if (g_hash_table_size (self->metadata) > 0)
    json_object_set_object_member (header, VGG_SAFETENSORS_METADATA, describe_metadata (self));

  for (guint i = 0; i < self->entries->len; i++)
    {
      const VggTensorEntry *entry = g_ptr_array_index (self->entries, i);
      gsize end = offset + vgg_shape_elements (&entry->shape) * sizeof (float);

      json_object_set_object_member (header, entry->name, describe_tensor (entry, offset, end));
      offset = end;
    }

  json_node_take_object (root, header);
  json = json_to_string (root, FALSE);
  text = g_string_new (json);
  while (text->len % ALIGNMENT != 0)
    g_string_append_c (text, ' ');

  return text;
}

static gboolean
write_floats (VggAtomicFile *file, const float *values, gsize n, GError **error)
{
#if G_BYTE_ORDER == G_BIG_ENDIAN
  g_autofree guint32 *bits = g_memdup2 (values, n * sizeof *values);

  for (gsize i = 0; i < n; i++)
    bits[i] = GUINT32_TO_LE (bits[i]);
  return vgg_atomic_file_write (file, bits, n * sizeof *bits, error);
#else
  return vgg_atomic_file_write (file, values, n * sizeof *values, error);
#endif
}

/**
 * vgg_safetensors_write:
 * @self: tensors with their data
 * @path: the file to write or replace
 * @error: return location for an error
 *
 * Does what vgg_tensor_file_save() promises.
 *
 * Returns: %TRUE, or %FALSE with a %VGG_ERROR_FILE
 */
gboolean
vgg_safetensors_write (VggTensorFile *self, const char *path, GError **error)
{
  g_autoptr (GString) header = build_header (self);
  g_autoptr (VggAtomicFile) file = NULL;
  guint64 header_length = GUINT64_TO_LE ((guint64) header->len);

  if (header->len > VGG_SAFETENSORS_MAX_HEADER)
    {
      g_autofree char *name = g_filename_display_name (path);

      g_set_error (error, VGG_ERROR, VGG_ERROR_FILE,
                   _ ("“%s” cannot be written: its metadata are longer than the format allows"),
                   name);
      return FALSE;
    }

  file = vgg_atomic_file_open (path, error);
  if (file == NULL)
    return FALSE;

  if (!vgg_atomic_file_write (file, &header_length, sizeof header_length, error) ||
      !vgg_atomic_file_write (file, header->str, header->len, error))
    return FALSE;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const VggTensorEntry *entry = g_ptr_array_index (self->entries, i);

      g_assert (entry->tensor != NULL);
      if (!write_floats (file, entry->tensor->data, vgg_shape_elements (&entry->shape), error))
        return FALSE;
    }

  return vgg_atomic_file_commit (file, error);
}
