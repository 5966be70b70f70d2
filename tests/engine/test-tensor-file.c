/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "engine/vgg-error.h"
#include "engine/vgg-tensor-file.h"

static char *folder; /* for what a test writes; empty between tests */

/* A file of a header, whose length may be lied about, and bytes of data, 0, 1, 2 … */
static void
write_file (const char *path, guint64 header_length, const char *header, gsize data_length)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  header_length = GUINT64_TO_LE (header_length);
  g_byte_array_append (bytes, (const guint8 *) &header_length, sizeof header_length);
  g_byte_array_append (bytes, (const guint8 *) header, strlen (header));
  for (gsize i = 0; i < data_length; i++)
    g_byte_array_append (bytes, (const guint8[]){ i }, 1);

  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
}

static VggTensorFile *
load_text (const char *header, gconstpointer data, gsize data_length)
{
  g_autofree char *path = g_build_filename (folder, "text.safetensors", NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  VggTensorFile *file;
  guint64 header_length = GUINT64_TO_LE ((guint64) strlen (header));

  g_byte_array_append (bytes, (const guint8 *) &header_length, sizeof header_length);
  g_byte_array_append (bytes, (const guint8 *) header, strlen (header));
  g_byte_array_append (bytes, data, data_length);
  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));

  file = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  g_unlink (path);

  return file;
}

static VggTensor *
new_tensor (guint n_dimensions, const guint64 *dimensions)
{
  VggShape shape;
  VggTensor *tensor;

  g_assert_true (vgg_shape_init (&shape, n_dimensions, dimensions));
  tensor = vgg_tensor_new (&shape);
  for (gsize i = 0; i < vgg_shape_elements (&shape); i++)
    tensor->data[i] = i * 0.5f - 1;

  return tensor;
}

static void
add (VggTensorFile *file, const char *name, guint n_dimensions, const guint64 *dimensions)
{
  vgg_tensor_file_add (file, name, new_tensor (n_dimensions, dimensions));
}

/* The bytes that the specification gives, computed by hand. */
static void
test_bytes (void)
{
  static const char header[] = "{\"__metadata__\":{\"a\":\"1\",\"b\":\"2\"},"
                               "\"z\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                               "\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";
  static const guint8 data[] = { 0x00, 0x00, 0x80, 0xbf, 0x00, 0x00,
                                 0x00, 0xbf, 0x00, 0x00, 0x80, 0xbf };
  g_autofree char *path = g_build_filename (folder, "bytes.safetensors", NULL);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize padded = (strlen (header) + 7) / 8 * 8;
  gsize length;

  /* Metadata come sorted, tensors in the order of their addition. */
  vgg_tensor_file_set_metadata (file, "b", "2");
  vgg_tensor_file_set_metadata (file, "a", "1");
  add (file, "z", 1, (const guint64[]){ 2 });
  add (file, "s", 0, NULL);
  vgg_tensor_file_save (file, path, &error);
  g_assert_no_error (error);

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, 8 + padded + sizeof data);
  g_assert_cmpuint ((guint8) bytes[0], ==, padded);
  g_assert_cmpmem (bytes + 1, 7, "\0\0\0\0\0\0", 7);
  g_assert_cmpmem (bytes + 8, strlen (header), header, strlen (header));
  for (gsize i = 8 + strlen (header); i < 8 + padded; i++)
    g_assert_cmpint (bytes[i], ==, ' ');
  g_assert_cmpmem (bytes + 8 + padded, sizeof data, data, sizeof data);

  g_unlink (path);
}

/* 16-bit floats, IEEE 754-2008 binary16 by hand: rounded to nearest, of two equally near to the one
 * with an even last bit. They come after the tensors of 32 bits. */
static void
test_half_bytes (void)
{
  static const float values[] = {
    1,
    -2,
    1.0f / 3,
    1 + 0x1p-11f,     /* between 1 and 1 + 2^-10: the first is even */
    1 + 3 * 0x1p-11f, /* between 1 + 2^-10 and 1 + 2^-9: the second is */
    0x1p-24f,         /* the smallest */
    0x1p-25f,         /* half of it */
    65504,
  };
  static const guint8 data[] = {
    0x00, 0x00, 0x80, 0xbf, /* the other tensor: -1 */
    0x00, 0x3c, 0x00, 0xc0, 0x55, 0x35, 0x00, 0x3c, 0x02, 0x3c, 0x01, 0x00, 0x00, 0x00, 0xff, 0x7b,
  };
  static const char header[] = "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                               "\"k\":{\"dtype\":\"F16\",\"shape\":[8],\"data_offsets\":[4,20]}}";
  g_autofree char *path = g_build_filename (folder, "half.safetensors", NULL);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) loaded = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  add (file, "k", 1, (const guint64[]){ G_N_ELEMENTS (values) });
  memcpy (vgg_tensor_file_get (file, "k")->data, values, sizeof values);
  add (file, "b", 1, (const guint64[]){ 1 });
  vgg_tensor_file_set_half (file, "k");
  g_assert_true (vgg_tensor_file_save (file, path, &error));
  g_assert_no_error (error);

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpmem (bytes + 8, strlen (header), header, strlen (header));
  g_assert_cmpmem (bytes + length - sizeof data, sizeof data, data, sizeof data);

  loaded = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (vgg_tensor_file_get (loaded, "k")->data[2], ==, 0.333251953125f);
  g_assert_cmpfloat (vgg_tensor_file_get (loaded, "k")->data[7], ==, 65504);

  g_unlink (path);
}

/* More numbers than are converted at once; and numbers that 16 bits do not hold, which leave the
 * older file as it was. */
static void
test_half_limits (void)
{
  static const float refused[] = { 65505, -65536, INFINITY, NAN };
  const guint64 n = 10007;
  g_autofree char *path = g_build_filename (folder, "limits.safetensors", NULL);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) loaded = NULL;
  g_autoptr (GError) error = NULL;
  float *data;

  /* Halves up to 1024 are exact in 16 bits. */
  add (file, "k", 1, &n);
  data = vgg_tensor_file_get (file, "k")->data;
  for (guint i = 0; i < n; i++)
    data[i] = (i % 2048) * 0.5f;
  vgg_tensor_file_set_half (file, "k");
  g_assert_true (vgg_tensor_file_save (file, path, &error));
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) too_large = NULL;

      data[n - 1] = refused[i];
      g_assert_false (vgg_tensor_file_save (file, path, &too_large));
      g_assert_error (too_large, VGG_ERROR, VGG_ERROR_FILE);
      g_assert_nonnull (strstr (too_large->message, "limits.safetensors"));
      g_assert_nonnull (strstr (too_large->message, "“k”"));
    }

  loaded = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat (vgg_tensor_file_get (loaded, "k")->data[i], ==, (i % 2048) * 0.5f);

  g_unlink (path);
}

static void
test_round_trip (void)
{
  static const char *const values[] = { "", "\"quoted\" \\ / \n\t", "ünïcode 日本 🙂",
                                        "\001\037" };
  g_autofree char *path = g_build_filename (folder, "ünï code.safetensors", NULL);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) loaded = NULL;
  g_autoptr (VggTensorFile) described = NULL;
  g_autoptr (GError) error = NULL;

  add (file, "a.kernel", 4, (const guint64[]){ 2, 3, 3, 3 });
  add (file, "\"odd\" näme\\", 1, (const guint64[]){ 7 });
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    vgg_tensor_file_set_metadata (file, values[i], values[i]);
  vgg_tensor_file_save (file, path, &error);
  g_assert_no_error (error);

  loaded = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  described = vgg_tensor_file_load_metadata (path, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (vgg_tensor_file_get_source (loaded), ==, VGG_SOURCE_MIEN);
  g_assert_cmpuint (vgg_tensor_file_get_n_tensors (loaded), ==, 2);
  g_assert_cmpuint (vgg_tensor_file_get_n_tensors (described), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const char *name = vgg_tensor_file_get_name (file, i);
      const VggTensor *wanted = vgg_tensor_file_get (file, name);
      const VggTensor *found = vgg_tensor_file_get (loaded, name);
      gsize bytes = vgg_shape_elements (&wanted->shape) * sizeof (float);

      g_assert_cmpstr (vgg_tensor_file_get_name (loaded, i), ==, name);
      g_assert_true (vgg_shape_equal (&found->shape, &wanted->shape));
      g_assert_cmpmem (found->data, bytes, wanted->data, bytes);
      g_assert_true (vgg_shape_equal (vgg_tensor_file_get_shape (described, name), &wanted->shape));
      g_assert_null (vgg_tensor_file_get (described, name));
    }
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_assert_cmpstr (vgg_tensor_file_get_metadata (loaded, values[i]), ==, values[i]);
      g_assert_cmpstr (vgg_tensor_file_get_metadata (described, values[i]), ==, values[i]);
    }

  g_unlink (path);
}

static void
test_container (void)
{
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();

  add (file, "a", 1, (const guint64[]){ 1 });
  add (file, "b", 1, (const guint64[]){ 2 });
  add (file, "a", 1, (const guint64[]){ 3 });
  g_assert_cmpuint (vgg_tensor_file_get_n_tensors (file), ==, 2);
  g_assert_cmpstr (vgg_tensor_file_get_name (file, 0), ==, "a");
  g_assert_cmpuint (vgg_tensor_file_get_shape (file, "a")->dimensions[0], ==, 3);
  g_assert_null (vgg_tensor_file_get (file, "c"));
  g_assert_null (vgg_tensor_file_get_shape (file, "c"));

  vgg_tensor_file_set_metadata (file, "key", "bro\xffken");
  g_assert_cmpstr (vgg_tensor_file_get_metadata (file, "key"), ==, "bro\357\277\275ken");
  vgg_tensor_file_set_metadata (file, "key", NULL);
  g_assert_null (vgg_tensor_file_get_metadata (file, "key"));
}

/* 1, -2 and 0.333251953125 or 0.333984375, in each of the types that are read. Data that Mien does
 * not read stand between them; the 5-dimensional and the empty tensor are left out as well. */
static void
test_types (void)
{
  static const char header[] =
    "{\"f32\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
    "\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[12,20]},"
    "\"f16\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[20,26]},"
    "\"mask\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[26,27]},"
    "\"bf16\":{\"dtype\":\"BF16\",\"shape\":[1,3],\"data_offsets\":[27,33]},"
    "\"five\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1],\"data_offsets\":[33,37]},"
    "\"none\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[37,37]}} \n ";
  static const guint8 data[] = {
    0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0xc0, 0x00, 0xa0, 0xaa, 0x3e, /* f32 */
    1,    0,    0,    0,    0,    0,    0,    0,                            /* n */
    0x00, 0x3c, 0x00, 0xc0, 0x55, 0x35,                                     /* f16 */
    1,                                                                      /* mask */
    0x80, 0x3f, 0x00, 0xc0, 0xab, 0x3e,                                     /* bf16 */
    0,    0,    0,    0,                                                    /* five */
  };
  static const char *const names[] = { "f32", "f16", "bf16" };
  static const float third[] = { 0.333251953125f, 0.333251953125f, 0.333984375f };
  g_autoptr (VggTensorFile) file = load_text (header, data, sizeof data);

  g_assert_cmpuint (vgg_tensor_file_get_n_tensors (file), ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const VggTensor *tensor = vgg_tensor_file_get (file, names[i]);

      g_assert_cmpuint (vgg_shape_elements (&tensor->shape), ==, 3);
      g_assert_cmpfloat (tensor->data[0], ==, 1);
      g_assert_cmpfloat (tensor->data[1], ==, -2);
      g_assert_cmpfloat (tensor->data[2], ==, third[i]);
    }
}

typedef struct
{
  const char *name;
  const char *header;
  gsize data_length;
  const char *message;
} BadHeader;

#define TENSOR(dtype, shape, offsets)                                                              \
  "{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static const BadHeader bad_headers[] = {
  { "empty-header", "", 0, "not a JSON object" },
  { "not-json", "hello, world", 0, "not a JSON object" },
  { "array", "[1, 2]", 0, "not a JSON object" },
  { "unfinished", "{\"a\":", 0, "not a JSON object" },
  { "two-objects", "{}{}", 0, "not a JSON object" },
  { "comment", "{/* \" */}", 0, "not a JSON object" },
  { "no-colon", "{\"a\" 1}", 0, "not a JSON object" },
  { "bad-utf8", "{\"\xff\":1}", 0, "not a JSON object" },
  { "deep", "{\"a\":[[[[[[[[[[[[]]]]]]]]]]]]}", 0, "not a JSON object" },
  { "metadata-array", "{\"__metadata__\":[]}", 0, "metadata are not a JSON object" },
  { "metadata-number", "{\"__metadata__\":{\"k\":1}}", 0, "metadata “k” are not text" },
  { "metadata-null", "{\"__metadata__\":{\"k\":null}}", 0, "metadata “k” are not text" },
  { "tensor-number", "{\"a\":1}", 0, "tensor “a” is not described" },
  { "tensor-null", "{\"a\":null}", 0, "tensor “a” is not described" },
  { "no-dtype", "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "“a” has no known type" },
  { "number-dtype", "{\"a\":{\"dtype\":1,\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
    "“a” has no known type" },
  { "wrong-dtype", "{\"a\":" TENSOR ("F33", "[1]", "[0,4]") "}", 4, "“a” has no known type" },
  { "no-shape", "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "no valid shape" },
  { "text-shape", "{\"a\":" TENSOR ("F32", "\"1\"", "[0,4]") "}", 4, "no valid shape" },
  { "negative-shape", "{\"a\":" TENSOR ("F32", "[-1,-1]", "[0,4]") "}", 4, "no valid shape" },
  { "fraction-shape", "{\"a\":" TENSOR ("F32", "[1.5]", "[0,4]") "}", 4, "no valid shape" },
  { "null-shape", "{\"a\":" TENSOR ("F32", "[null]", "[0,4]") "}", 4, "no valid shape" },
  { "beyond-integers", "{\"a\":" TENSOR ("F32", "[18446744073709551617]", "[0,4]") "}", 4,
    "no valid shape" },
  { "overflowing-shape", "{\"a\":" TENSOR ("F32", "[4611686018427387905,4]", "[0,16]") "}", 16,
    "too large" },
  { "overflowing-product",
    "{\"a\":" TENSOR ("F32", "[4294967296,4294967296,4294967296]", "[0,0]") "}", 0, "too large" },
  { "one-offset", "{\"a\":" TENSOR ("F32", "[1]", "[0]") "}", 4, "no valid place" },
  { "negative-offset", "{\"a\":" TENSOR ("F32", "[1]", "[-4,0]") "}", 4, "no valid place" },
  { "backward", "{\"a\":" TENSOR ("F32", "[1]", "[4,0]") "}", 4, "outside of the file" },
  { "beyond-file", "{\"a\":" TENSOR ("F32", "[2]", "[0,8]") "}", 4, "outside of the file" },
  { "far-beyond-file",
    "{\"a\":" TENSOR ("F32", "[1]", "[9223372036854775803,9223372036854775807]") "}", 4,
    "outside of the file" },
  { "too-few-bytes", "{\"a\":" TENSOR ("F32", "[2]", "[0,4]") "}", 4, "does not fill" },
  { "too-many-bytes", "{\"a\":" TENSOR ("F16", "[2]", "[0,8]") "}", 8, "does not fill" },
  { "unread-type-size", "{\"a\":" TENSOR ("I64", "[]", "[0,4]") "}", 4, "does not fill" },
  { "unread-type-bounds", "{\"a\":" TENSOR ("I64", "[]", "[0,8]") "}", 4, "outside of the file" },
  { "overlap",
    "{\"a\":" TENSOR ("F32", "[2]", "[0,8]") ",\"b\":" TENSOR ("F32", "[2]", "[4,12]") "}", 12,
    "“b” overlaps" },
  { "same-place",
    "{\"a\":" TENSOR ("F32", "[1]", "[0,4]") ",\"b\":" TENSOR ("F32", "[1]", "[0,4]") "}", 4,
    "“b” overlaps" },
  { "hole", "{\"a\":" TENSOR ("F32", "[1]", "[0,4]") ",\"b\":" TENSOR ("F32", "[1]", "[8,12]") "}",
    12, "hole before its tensor “b”" },
  { "rest", "{\"a\":" TENSOR ("F32", "[1]", "[0,4]") "}", 7, "3 bytes after" },
  { "same-name",
    "{\"a\":" TENSOR ("F32", "[1]", "[0,4]") ",\"a\":" TENSOR ("F32", "[1]", "[4,8]") "}", 8,
    "name twice" },
  { "same-member",
    "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
    "name twice" },
  { "not-vgg", "{\"features.0.weight\":" TENSOR ("F32", "[1]", "[0,4]") "}", 4, "PyTorch" },
};

static void
assert_fails (const char *path, VggError code, const char *message)
{
  g_autofree char *name = g_path_get_basename (path);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      if (i == 0)
        g_assert_null (vgg_tensor_file_load (path, &error));
      else
        g_assert_null (vgg_tensor_file_load_metadata (path, &error));
      g_assert_error (error, VGG_ERROR, (int) code);
      g_assert_nonnull (strstr (error->message, name));
      g_assert_nonnull (strstr (error->message, message));
    }
}

static void
test_bad_header (gconstpointer data)
{
  const BadHeader *bad = data;
  g_autofree char *path = g_build_filename (folder, "bad.safetensors", NULL);

  write_file (path, strlen (bad->header), bad->header, bad->data_length);
  assert_fails (path, VGG_ERROR_FORMAT, bad->message);
  g_unlink (path);
}

/* Brackets that would overrun the stack of a parser that recurses. */
static void
test_endless_nesting (void)
{
  g_autofree char *path = g_build_filename (folder, "deep.safetensors", NULL);
  g_autofree char *brackets = g_strnfill (4 * 1024 * 1024, '[');
  g_autofree char *header = g_strconcat ("{\"a\":", brackets, NULL);

  write_file (path, strlen (header), header, 0);
  assert_fails (path, VGG_ERROR_FORMAT, "not a JSON object");
  g_unlink (path);
}

static void
test_bad_lengths (void)
{
  g_autofree char *path = g_build_filename (folder, "length.safetensors", NULL);

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  assert_fails (path, VGG_ERROR_FORMAT, "too short");
  g_assert_true (g_file_set_contents (path, "\2\0\0", 3, NULL));
  assert_fails (path, VGG_ERROR_FORMAT, "too short");

  write_file (path, 3, "{}", 0);
  assert_fails (path, VGG_ERROR_FORMAT, "ends within its header");
  write_file (path, 100000000, "{}", 0);
  assert_fails (path, VGG_ERROR_FORMAT, "ends within its header");
  write_file (path, 100000001, "{}", 0);
  assert_fails (path, VGG_ERROR_FORMAT, "does not begin as one");
  write_file (path, G_MAXUINT64, "{}", 0);
  assert_fails (path, VGG_ERROR_FORMAT, "does not begin as one");

  g_assert_true (g_file_set_contents (path, "\211PNG\r\n\032\n0123456789", -1, NULL));
  assert_fails (path, VGG_ERROR_FORMAT, "does not begin as one");
  g_assert_true (g_file_set_contents (path, "PK\003\004 as PyTorch's own .pth is", -1, NULL));
  assert_fails (path, VGG_ERROR_FORMAT, "does not begin as one");

  g_unlink (path);
}

/* Every cut of a good file is refused. */
static void
test_truncated (void)
{
  g_autofree char *path = g_build_filename (folder, "cut.safetensors", NULL);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autofree char *bytes = NULL;
  gsize length;

  add (file, "a", 1, (const guint64[]){ 3 });
  add (file, "b", 2, (const guint64[]){ 2, 2 });
  g_assert_true (vgg_tensor_file_save (file, path, NULL));
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));

  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, bytes, i, NULL));
      g_assert_null (vgg_tensor_file_load (path, &error));
      g_assert_error (error, VGG_ERROR, VGG_ERROR_FORMAT);
    }

  g_unlink (path);
}

static void
test_no_file (void)
{
  g_autofree char *missing = g_build_filename (folder, "missing.safetensors", NULL);
  g_autofree char *directory = g_build_filename (folder, "directory.safetensors", NULL);
  g_autofree char *pipe = g_build_filename (folder, "pipe.safetensors", NULL);

  assert_fails (missing, VGG_ERROR_FILE, "cannot be opened");

  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  assert_fails (directory, VGG_ERROR_FILE, "is not a file");
  g_rmdir (directory);

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_fails (pipe, VGG_ERROR_FILE, "is not a file");
  g_unlink (pipe);
}

static guint
count_files (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (directory) != NULL)
    n++;

  return n;
}

static void
assert_save_fails (VggTensorFile *file, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_path_get_basename (path);

  g_assert_false (vgg_tensor_file_save (file, path, &error));
  g_assert_error (error, VGG_ERROR, VGG_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, name));
}

static void
test_save_fails (void)
{
  g_autofree char *nowhere = g_build_filename (folder, "none", "a.safetensors", NULL);
  g_autofree char *directory = g_build_filename (folder, "a.safetensors", NULL);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();

  add (file, "a", 1, (const guint64[]){ 3 });
  assert_save_fails (file, nowhere);

  /* The rename onto a folder fails last of all; the temporary file must go. */
  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  assert_save_fails (file, directory);
  g_assert_cmpuint (count_files (folder), ==, 1);
  g_rmdir (directory);
}

/* A disk that is full, in the form of a limit on the size of files. */
static void
test_save_full (void)
{
  g_autofree char *path = g_build_filename (folder, "full.safetensors", NULL);
  g_autoptr (VggTensorFile) small = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) large = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) loaded = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit saved, limit;

  add (small, "a", 1, (const guint64[]){ 3 });
  add (large, "a", 1, (const guint64[]){ 10000 });
  g_assert_true (vgg_tensor_file_save (small, path, NULL));

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &saved), ==, 0);
  limit = saved;
  limit.rlim_cur = 4096;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  vgg_tensor_file_save (large, path, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &saved), ==, 0);
  signal (SIGXFSZ, SIG_DFL);

  g_assert_error (error, VGG_ERROR, VGG_ERROR_FILE);
  g_clear_error (&error);
  g_assert_cmpuint (count_files (folder), ==, 1);

  loaded = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vgg_tensor_file_get_shape (loaded, "a")->dimensions[0], ==, 3);

  g_unlink (path);
}

/* A file is as readable for others as the umask lets it be, in spite of the temporary one. */
static void
test_save_mode (void)
{
  g_autofree char *path = g_build_filename (folder, "mode.safetensors", NULL);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  mode_t saved = umask (027);
  GStatBuf status;

  g_assert_true (vgg_tensor_file_save (file, path, NULL));
  umask (saved);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0640);

  g_unlink (path);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("mien-tensor-file-XXXXXX", NULL);
  g_assert_nonnull (folder);

  g_test_add_func ("/tensor-file/bytes", test_bytes);
  g_test_add_func ("/tensor-file/half-bytes", test_half_bytes);
  g_test_add_func ("/tensor-file/half-limits", test_half_limits);
  g_test_add_func ("/tensor-file/round-trip", test_round_trip);
  g_test_add_func ("/tensor-file/container", test_container);
  g_test_add_func ("/tensor-file/types", test_types);
  for (guint i = 0; i < G_N_ELEMENTS (bad_headers); i++)
    {
      g_autofree char *path = g_strconcat ("/tensor-file/bad/", bad_headers[i].name, NULL);

      g_test_add_data_func (path, &bad_headers[i], test_bad_header);
    }
  g_test_add_func ("/tensor-file/endless-nesting", test_endless_nesting);
  g_test_add_func ("/tensor-file/bad-lengths", test_bad_lengths);
  g_test_add_func ("/tensor-file/truncated", test_truncated);
  g_test_add_func ("/tensor-file/no-file", test_no_file);
  g_test_add_func ("/tensor-file/save-fails", test_save_fails);
  g_test_add_func ("/tensor-file/save-full", test_save_full);
  g_test_add_func ("/tensor-file/save-mode", test_save_mode);

  status = g_test_run ();
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
  return status;
}
