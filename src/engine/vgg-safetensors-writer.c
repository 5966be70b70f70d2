/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-safetensors.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-atomic-file.h"
#include "engine/kernels/vgg-kernels.h"
#include "engine/vgg-error.h"
#include "engine/vgg-tensor-file-private.h"

#define ALIGNMENT 8

#define HALF_MAX 65504.0f /* the largest finite F16 */
#define HALF_CHUNK 4096

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

  json_object_set_string_member (object, "dtype", entry->half ? "F16" : "F32");
  json_object_set_array_member (object, "shape", shape);
  json_object_set_array_member (object, "data_offsets", offsets);

  return object;
}

/* The tensors in the order of the file: those of two bytes a number come last, so that those of
 * four lie on multiples of four. */
static GPtrArray *
list_entries (VggTensorFile *self)
{
  GPtrArray *entries = g_ptr_array_new ();

  for (guint half = 0; half < 2; half++)
    for (guint i = 0; i < self->entries->len; i++)
      {
        VggTensorEntry *entry = g_ptr_array_index (self->entries, i);

        if (!entry->half == !half)
          g_ptr_array_add (entries, entry);
      }

  return entries;
}

/* Padded with spaces, which the format allows, so that the data begin on a multiple of eight. */
static GString *
build_header (VggTensorFile *self, const GPtrArray *entries)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *json = NULL;
  JsonObject *header = json_object_new ();
  GString *text;
  gsize offset = 0;

  if (g_hash_table_size (self->metadata) > 0)
    json_object_set_object_member (header, VGG_SAFETENSORS_METADATA, describe_metadata (self));

  for (guint i = 0; i < entries->len; i++)
    {
      const VggTensorEntry *entry = g_ptr_array_index (entries, i);
      gsize size = entry->half ? sizeof (guint16) : sizeof (float);
      gsize end = offset + vgg_shape_elements (&entry->shape) * size;

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

/* Converted a chunk at a time, which takes no memory that might be missing. */
static gboolean
write_halves (VggAtomicFile *file, const float *values, gsize n, GError **error)
{
  guint16 halves[HALF_CHUNK];

  for (gsize begin = 0; begin < n; begin += HALF_CHUNK)
    {
      gsize count = MIN (HALF_CHUNK, n - begin);

      vgg_kernels_get ()->float_to_half (values + begin, count, halves);
#if G_BYTE_ORDER == G_BIG_ENDIAN
      for (gsize i = 0; i < count; i++)
        halves[i] = GUINT16_TO_LE (halves[i]);
#endif
      if (!vgg_atomic_file_write (file, halves, count * sizeof *halves, error))
        return FALSE;
    }

  return TRUE;
}

/* Written so that NaN is refused. */
static gboolean
check_halves (const GPtrArray *entries, const char *path, GError **error)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const VggTensorEntry *entry = g_ptr_array_index (entries, i);
      gsize n = entry->half ? vgg_shape_elements (&entry->shape) : 0;

      for (gsize k = 0; k < n; k++)
        if (!(fabsf (entry->tensor->data[k]) <= HALF_MAX))
          {
            g_autofree char *name = g_filename_display_name (path);

            g_set_error (error, VGG_ERROR, VGG_ERROR_FILE,
                         _ ("“%s” cannot be written with 16-bit floats, which end at %g: there is "
                            "%g in “%s”. Save it with 32-bit floats"),
                         name, HALF_MAX, entry->tensor->data[k], entry->name);
            return FALSE;
          }
    }

  return TRUE;
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
  g_autoptr (GPtrArray) entries = list_entries (self);
  g_autoptr (GString) header = build_header (self, entries);
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

  if (!check_halves (entries, path, error))
    return FALSE;

  file = vgg_atomic_file_open (path, error);
  if (file == NULL)
    return FALSE;

  if (!vgg_atomic_file_write (file, &header_length, sizeof header_length, error) ||
      !vgg_atomic_file_write (file, header->str, header->len, error))
    return FALSE;

  for (guint i = 0; i < entries->len; i++)
    {
      const VggTensorEntry *entry = g_ptr_array_index (entries, i);
      gsize n = vgg_shape_elements (&entry->shape);

      g_assert (entry->tensor != NULL);
      if (!(entry->half ? write_halves (file, entry->tensor->data, n, error)
                        : write_floats (file, entry->tensor->data, n, error)))
        return FALSE;
    }

  return vgg_atomic_file_commit (file, error);
}
