/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-safetensors.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-half.h"
#include "engine/vgg-tensor-file-private.h"

/* Safetensors nests three deep: header, tensor, shape. json-glib's parser recurses without a limit
 * of its own, so that a header of nothing but brackets would run it out of stack. */
#define MAX_DEPTH 8

typedef void (*DecodeFunc) (const guint8 *bytes, float *output, gsize n);

typedef struct
{
  const char *name;
  guint bytes;       /* of one element */
  DecodeFunc decode; /* NULL: not read, only checked */
} StoredType;

typedef struct
{
  const char *name; /* borrowed from the header */
  const StoredType *type;
  VggShape shape;
  gboolean wanted;  /* a type and shape that Mien reads */
  gsize begin, end; /* within the data */
} StoredTensor;

static void
decode_f32 (const guint8 *bytes, float *output, gsize n)
{
  memcpy (output, bytes, n * sizeof *output);

#if G_BYTE_ORDER == G_BIG_ENDIAN
  for (gsize i = 0; i < n; i++)
    {
      guint32 bits;

      memcpy (&bits, &output[i], sizeof bits);
      bits = GUINT32_FROM_LE (bits);
      memcpy (&output[i], &bits, sizeof bits);
    }
#endif
}

static guint16
read_u16 (const guint8 *bytes)
{
  return (guint16) (bytes[0] | bytes[1] << 8);
}

static void
decode_f16 (const guint8 *bytes, float *output, gsize n)
{
  for (gsize i = 0; i < n; i++)
    output[i] = vgg_half_to_float (read_u16 (bytes + 2 * i));
}

static void
decode_bf16 (const guint8 *bytes, float *output, gsize n)
{
  for (gsize i = 0; i < n; i++)
    output[i] = vgg_bfloat16_to_float (read_u16 (bytes + 2 * i));
}

static const StoredType stored_types[] = {
  { "F32", 4, decode_f32 }, { "F16", 2, decode_f16 }, { "BF16", 2, decode_bf16 },
  { "F64", 8, NULL },       { "I64", 8, NULL },       { "U64", 8, NULL },
  { "I32", 4, NULL },       { "U32", 4, NULL },       { "I16", 2, NULL },
  { "U16", 2, NULL },       { "I8", 1, NULL },        { "U8", 1, NULL },
  { "BOOL", 1, NULL },      { "F8_E4M3", 1, NULL },   { "F8_E5M2", 1, NULL },
};

/* What json-glib lets pass and safetensors does not: comments, single quotes, text after the
 * object, endless nesting. */
static gboolean
is_plain_json_object (const char *text, gsize length)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  if (length == 0 || text[0] != '{')
    return FALSE;

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (in_string)
        {
          if (c == '\\')
            i++;
          else if (c == '"')
            in_string = FALSE;
        }
      else if (depth == 0 && i > 0)
        {
          if (!g_ascii_isspace (c))
            return FALSE;
        }
      else if (c == '"')
        in_string = TRUE;
      else if (c == '{' || c == '[')
        {
          if (++depth > MAX_DEPTH)
            return FALSE;
        }
      else if (c == '}' || c == ']')
        depth--;
      else if (!g_ascii_isalnum (c) && !g_ascii_isspace (c) && strchr (",:+-.", c) == NULL)
        return FALSE;
    }

  return depth == 0 && !in_string;
}

static void
count_member (JsonParser *parser, JsonObject *object, const char *name, gpointer user_data)
{
  guint *n_members = user_data;

  (*n_members)++;
}

static guint
count_kept_members (JsonObject *object)
{
  guint n = json_object_get_size (object);
  JsonObjectIter iter;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, NULL, &node))
    {
      if (JSON_NODE_HOLDS_OBJECT (node))
        n += count_kept_members (json_node_get_object (node));
    }

  return n;
}

static JsonParser *
parse_header (VggTensorFile *self, const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) local_error = NULL;
  guint n_members = 0;

  if (!g_utf8_validate (text, length, NULL) || !is_plain_json_object (text, length))
    {
      vgg_tensor_file_refuse (self, error, _ ("its header is not a JSON object"));
      return NULL;
    }

  g_signal_connect (parser, "object-member", G_CALLBACK (count_member), &n_members);
  if (!json_parser_load_from_data (parser, text, length, &local_error) ||
      !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      vgg_tensor_file_refuse (self, error, _ ("its header is not a JSON object (%s)"),
                              local_error != NULL ? local_error->message : "");
      return NULL;
    }
  g_signal_handlers_disconnect_by_data (parser, &n_members);

  /* A JsonObject keeps only the last member of a name. */
  if (n_members != count_kept_members (json_node_get_object (json_parser_get_root (parser))))
    {
      vgg_tensor_file_refuse (self, error, _ ("its header holds a name twice"));
      return NULL;
    }

  return g_steal_pointer (&parser);
}

static gboolean
read_metadata (VggTensorFile *self, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return vgg_tensor_file_refuse (self, error, _ ("its metadata are not a JSON object"));

  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &value))
    {
      if (json_node_get_value_type (value) != G_TYPE_STRING)
        return vgg_tensor_file_refuse (self, error, _ ("its metadata “%s” are not text"), key);
      vgg_tensor_file_set_metadata (self, key, json_node_get_string (value));
    }

  return TRUE;
}

/* Members of an array that are not all counts give FALSE. */
static gboolean
read_counts (JsonObject *object, const char *member, GArray *counts)
{
  JsonNode *node = json_object_get_member (object, member);
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      guint64 count;

      if (json_node_get_value_type (element) != G_TYPE_INT64 || json_node_get_int (element) < 0)
        return FALSE;
      count = json_node_get_int (element);
      g_array_append_val (counts, count);
    }

  return TRUE;
}

static const StoredType *
find_type (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "dtype");

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (stored_types); i++)
    {
      if (g_str_equal (json_node_get_string (node), stored_types[i].name))
        return &stored_types[i];
    }

  return NULL;
}

static gboolean
read_tensor (VggTensorFile *self,
             const char *name,
             JsonNode *node,
             gsize data_length,
             StoredTensor *tensor,
             GError **error)
{
  g_autoptr (GArray) dimensions = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 begin, end, bytes;
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return vgg_tensor_file_refuse (self, error,
                                   _ ("its tensor “%s” is not described by a JSON object"), name);
  object = json_node_get_object (node);

  tensor->name = name;
  tensor->type = find_type (object);
  if (tensor->type == NULL)
    return vgg_tensor_file_refuse (self, error, _ ("its tensor “%s” has no known type"), name);

  if (!read_counts (object, "shape", dimensions))
    return vgg_tensor_file_refuse (self, error, _ ("its tensor “%s” has no valid shape"), name);
  if (!read_counts (object, "data_offsets", offsets) || offsets->len != 2)
    return vgg_tensor_file_refuse (self, error,
                                   _ ("its tensor “%s” has no valid place in the file"), name);

  begin = g_array_index (offsets, guint64, 0);
  end = g_array_index (offsets, guint64, 1);
  if (begin > end || end > data_length)
    return vgg_tensor_file_refuse (self, error, _ ("its tensor “%s” lies outside of the file"),
                                   name);

  bytes = tensor->type->bytes;
  for (guint i = 0; i < dimensions->len; i++)
    {
      if (!g_uint64_checked_mul (&bytes, bytes, g_array_index (dimensions, guint64, i)))
        return vgg_tensor_file_refuse (self, error, _ ("its tensor “%s” is too large"), name);
    }
  if (bytes != end - begin)
    return vgg_tensor_file_refuse (self, error,
                                   _ ("its tensor “%s” does not fill its place in the file"), name);

  tensor->begin = begin;
  tensor->end = end;
  tensor->wanted = tensor->type->decode != NULL && bytes > 0 &&
                   dimensions->len <= VGG_MAX_DIMENSIONS &&
                   vgg_shape_init (&tensor->shape, dimensions->len,
                                   (const guint64 *) (gpointer) dimensions->data);
  return TRUE;
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const StoredTensor *left = a;
  const StoredTensor *right = b;

  if (left->begin != right->begin)
    return left->begin < right->begin ? -1 : 1;
  if (left->end != right->end)
    return left->end < right->end ? -1 : 1;
  return strcmp (left->name, right->name);
}

/* "The byte buffer needs to be entirely indexed, and cannot contain holes." Sorted by place,
 * tensors that neither overlap nor leave a hole follow each other exactly. */
static gboolean
check_places (VggTensorFile *self, GArray *tensors, gsize data_length, GError **error)
{
  gsize end = 0;

  g_array_sort (tensors, compare_places);

  for (guint i = 0; i < tensors->len; i++)
    {
      const StoredTensor *tensor = &g_array_index (tensors, StoredTensor, i);

      if (tensor->begin < end)
        return vgg_tensor_file_refuse (self, error, _ ("its tensor “%s” overlaps another"),
                                       tensor->name);
      if (tensor->begin > end)
        return vgg_tensor_file_refuse (self, error, _ ("there is a hole before its tensor “%s”"),
                                       tensor->name);
      end = tensor->end;
    }

  if (end != data_length)
    return vgg_tensor_file_refuse (self, error,
                                   _ ("there are %" G_GSIZE_FORMAT " bytes after its last tensor"),
                                   data_length - end);

  return TRUE;
}

static VggTensor *
decode_tensor (VggTensorFile *self, const StoredTensor *stored, const guint8 *data, GError **error)
{
  VggTensor *tensor = vgg_tensor_new (&stored->shape);

  if (tensor == NULL)
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_MEMORY,
                   _ ("There is not enough memory to load “%s”. Close other programs."),
                   vgg_tensor_file_get_display_name (self));
      return NULL;
    }

  stored->type->decode (data + stored->begin, tensor->data, vgg_shape_elements (&stored->shape));
  return tensor;
}

/**
 * vgg_safetensors_read:
 * @self: an empty set, whose display name stands in error messages
 * @bytes: the whole file
 * @length: its size in bytes
 * @with_data: %FALSE: names, shapes and metadata only
 * @error: return location for an error
 *
 * Reads a .safetensors file: eight bytes, the header's length N in little-endian order, N bytes of
 * JSON, then the tensors' bytes. Everything that the header says is checked before use, by the
 * rules of <https://github.com/huggingface/safetensors#format>. Tensors come in the order of their
 * data.
 *
 * Returns: %TRUE, or %FALSE with a %VGG_ERROR_FORMAT, or %VGG_ERROR_MEMORY where the tensors do not
 *   fit in memory
 */
gboolean
vgg_safetensors_read (VggTensorFile *self,
                      const char *bytes,
                      gsize length,
                      gboolean with_data,
                      GError **error)
{
  g_autoptr (GArray) tensors = g_array_new (FALSE, TRUE, sizeof (StoredTensor));
  g_autoptr (JsonParser) parser = NULL;
  guint64 header_length;
  gsize data_length;
  const guint8 *data;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (length < sizeof header_length)
    return vgg_tensor_file_refuse (self, error, _ ("it is too short"));

  memcpy (&header_length, bytes, sizeof header_length);
  header_length = GUINT64_FROM_LE (header_length);
  if (header_length > VGG_SAFETENSORS_MAX_HEADER)
    return vgg_tensor_file_refuse (self, error,
                                   _ ("it does not begin as one, nor as an HDF5 file"));
  if (header_length > length - sizeof header_length)
    return vgg_tensor_file_refuse (self, error, _ ("it ends within its header"));

  parser = parse_header (self, bytes + sizeof header_length, header_length, error);
  if (parser == NULL)
    return FALSE;

  data = (const guint8 *) bytes + sizeof header_length + header_length;
  data_length = length - sizeof header_length - header_length;

  json_object_iter_init (&iter, json_node_get_object (json_parser_get_root (parser)));
  while (json_object_iter_next (&iter, &name, &node))
    {
      StoredTensor tensor = { NULL };

      if (g_str_equal (name, VGG_SAFETENSORS_METADATA))
        {
          if (!read_metadata (self, node, error))
            return FALSE;
          continue;
        }

      if (!read_tensor (self, name, node, data_length, &tensor, error))
        return FALSE;
      g_array_append_val (tensors, tensor);
    }

  if (!check_places (self, tensors, data_length, error))
    return FALSE;

  for (guint i = 0; i < tensors->len; i++)
    {
      const StoredTensor *stored = &g_array_index (tensors, StoredTensor, i);
      VggTensor *tensor = NULL;

      if (!stored->wanted)
        continue;
      if (with_data && (tensor = decode_tensor (self, stored, data, error)) == NULL)
        return FALSE;
      vgg_tensor_file_add_entry (self, stored->name, &stored->shape, tensor);
    }

  return TRUE;
}
