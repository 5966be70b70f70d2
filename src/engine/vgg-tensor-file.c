/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-tensor-file.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-keras.h"
#include "engine/vgg-names.h"
#include "engine/vgg-safetensors.h"
#include "engine/vgg-tensor-file-private.h"

/* The first bytes of every HDF5 file without a user block: HDF5 File Format Specification, II.A. */
static const char hdf5_signature[] = "\211HDF\r\n\032\n";

static void
tensor_entry_clear (VggTensorEntry *entry)
{
  if (entry->borrowed)
    g_free (entry->tensor);
  else
    vgg_tensor_free (entry->tensor);
}

static void
tensor_entry_free (VggTensorEntry *entry)
{
  g_free (entry->name);
  tensor_entry_clear (entry);
  g_free (entry);
}

/**
 * vgg_tensor_file_new:
 *
 * Makes an empty set of tensors, of source %VGG_SOURCE_MIEN.
 *
 * Returns: (transfer full): the set; free with vgg_tensor_file_free()
 */
VggTensorFile *
vgg_tensor_file_new (void)
{
  VggTensorFile *self = g_new0 (VggTensorFile, 1);

  self->source = VGG_SOURCE_MIEN;
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) tensor_entry_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

/**
 * vgg_tensor_file_new_borrowing:
 *
 * As vgg_tensor_file_new(), but vgg_weights_collect() and vgg_optimizer_save() add the numbers
 * themselves and no copies: for a file that is saved before they change, without the memory of
 * another network.
 *
 * Returns: (transfer full): the set; not to outlive what is added to it
 */
VggTensorFile *
vgg_tensor_file_new_borrowing (void)
{
  VggTensorFile *self = vgg_tensor_file_new ();

  self->borrows = TRUE;
  return self;
}

/**
 * vgg_tensor_file_free:
 * @self: (nullable) (transfer full): the set, with all tensors in it
 *
 * Frees the set.
 */
void
vgg_tensor_file_free (VggTensorFile *self)
{
  if (self == NULL)
    return;

  g_free (self->display_name);
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->metadata);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

/* A named pipe would block its opener and a folder cannot be mapped: regular files only. */
static gboolean
check_regular_file (const char *path, const char *display_name, GError **error)
{
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    {
      int reason = errno;

      g_set_error (error, VGG_ERROR, VGG_ERROR_FILE,
                   _ ("“%s” cannot be opened: %s. Check its name and permissions."), display_name,
                   g_strerror (reason));
      return FALSE;
    }

  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_FILE,
                   _ ("“%s” is not a file. Choose a .safetensors or Keras .h5 weights file."),
                   display_name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
load_into (VggTensorFile *self, const char *path, gboolean with_data, GError **error)
{
  g_autoptr (GMappedFile) mapped = NULL;
  g_autoptr (GError) local_error = NULL;
  const char *bytes;
  gsize length;

  if (!check_regular_file (path, self->display_name, error))
    return FALSE;

  mapped = g_mapped_file_new (path, FALSE, &local_error);
  if (mapped == NULL)
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_FILE, _ ("“%s” cannot be opened: %s"),
                   self->display_name, local_error->message);
      return FALSE;
    }

  bytes = g_mapped_file_get_contents (mapped);
  length = g_mapped_file_get_length (mapped);

  if (length >= strlen (hdf5_signature) &&
      memcmp (bytes, hdf5_signature, strlen (hdf5_signature)) == 0)
    {
      self->source = VGG_SOURCE_KERAS;
      return vgg_keras_read (self, path, with_data, error);
    }

  if (!vgg_safetensors_read (self, bytes, length, with_data, error))
    return FALSE;

  if (vgg_names_are_pytorch (self))
    {
      g_autoptr (GHashTable) names = vgg_names_map_pytorch (self, error);

      if (names == NULL || !vgg_tensor_file_rename (self, names, error))
        return FALSE;
      self->source = VGG_SOURCE_PYTORCH;
    }

  return TRUE;
}

static VggTensorFile *
load (const char *path, gboolean with_data, GError **error)
{
  g_autoptr (VggTensorFile) self = vgg_tensor_file_new ();

  self->display_name = g_filename_display_name (path);
  if (!load_into (self, path, with_data, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * vgg_tensor_file_load:
 * @path: a .safetensors file, or a Keras .h5 weights file; its content decides, not its name
 * @error: return location for an error
 *
 * Reads every F32, F16 and BF16 tensor of up to four dimensions as single precision. Tensors of
 * other types or more dimensions are checked and left out. PyTorch's and Keras' tensors arrive
 * under Mien's names and in Mien's layout: kernels (O, I, H, W), red first.
 *
 * Fails with %VGG_ERROR_FILE where the file cannot be opened, %VGG_ERROR_FORMAT where its content
 * is malformed, damaged or of another kind, %VGG_ERROR_MEMORY where it does not fit in memory.
 *
 * Returns: (transfer full): the tensors, or %NULL with @error set
 */
VggTensorFile *
vgg_tensor_file_load (const char *path, GError **error)
{
  return load (path, TRUE, error);
}

/**
 * vgg_tensor_file_load_metadata:
 * @path: as for vgg_tensor_file_load()
 * @error: return location for an error
 *
 * Reads names, shapes and metadata only, so that a large file can be described at once.
 * vgg_tensor_file_get() gives %NULL for every tensor of it. Checks and fails as
 * vgg_tensor_file_load() does.
 *
 * Returns: (transfer full): the description, or %NULL with @error set
 */
VggTensorFile *
vgg_tensor_file_load_metadata (const char *path, GError **error)
{
  return load (path, FALSE, error);
}

/**
 * vgg_tensor_file_save:
 * @self: tensors with their data
 * @path: the .safetensors file to write; replaced when it exists
 * @error: return location for an error
 *
 * Writes the tensors as F32, in the order of their addition, then those of
 * vgg_tensor_file_set_half() as F16, and the metadata sorted by key: equal sets give equal bytes. A
 * number that F16 does not hold is an error. The file is replaced atomically: on failure
 * (%VGG_ERROR_FILE) an older file under @path is as it was.
 *
 * Returns: %TRUE when the file is safely on disk
 */
gboolean
vgg_tensor_file_save (VggTensorFile *self, const char *path, GError **error)
{
  return vgg_safetensors_write (self, path, error);
}

/**
 * vgg_tensor_file_get_source:
 * @self: a set of tensors
 *
 * Returns: whose naming and layout the file had; tells which preprocessing its weights want
 */
VggSource
vgg_tensor_file_get_source (VggTensorFile *self)
{
  return self->source;
}

/**
 * vgg_tensor_file_get_n_tensors:
 * @self: a set of tensors
 *
 * Returns: how many tensors it holds
 */
guint
vgg_tensor_file_get_n_tensors (VggTensorFile *self)
{
  return self->entries->len;
}

/**
 * vgg_tensor_file_get_name:
 * @self: a set of tensors
 * @index: below vgg_tensor_file_get_n_tensors()
 *
 * Returns: (transfer none): the tensor's name; order of addition, or of the data in the file
 */
const char *
vgg_tensor_file_get_name (VggTensorFile *self, guint index)
{
  const VggTensorEntry *entry;

  g_assert (index < self->entries->len);
  entry = g_ptr_array_index (self->entries, index);
  return entry->name;
}

/**
 * vgg_tensor_file_get:
 * @self: a set of tensors
 * @name: a tensor's name
 *
 * Returns: (transfer none) (nullable): the tensor, or %NULL where there is none of that name or
 *   its data were not loaded
 */
const VggTensor *
vgg_tensor_file_get (VggTensorFile *self, const char *name)
{
  const VggTensorEntry *entry = g_hash_table_lookup (self->by_name, name);

  return entry != NULL ? entry->tensor : NULL;
}

/**
 * vgg_tensor_file_get_shape:
 * @self: a set of tensors
 * @name: a tensor's name
 *
 * Returns: (transfer none) (nullable): the tensor's shape, or %NULL where there is none of that
 * name
 */
const VggShape *
vgg_tensor_file_get_shape (VggTensorFile *self, const char *name)
{
  const VggTensorEntry *entry = g_hash_table_lookup (self->by_name, name);

  return entry != NULL ? &entry->shape : NULL;
}

/**
 * vgg_tensor_file_add:
 * @self: a set of tensors
 * @name: the tensor's name, in UTF-8 and not "__metadata__"
 * @tensor: (transfer full): the tensor
 *
 * Adds a tensor. One of the same name is replaced, and keeps its place in the order.
 */
void
vgg_tensor_file_add (VggTensorFile *self, const char *name, VggTensor *tensor)
{
  vgg_tensor_file_add_entry (self, name, &tensor->shape, tensor);
}

/**
 * vgg_tensor_file_set_half:
 * @self: a set of tensors
 * @name: one of them
 *
 * Has vgg_tensor_file_save() write the tensor as F16, in half the bytes, rounded to nearest.
 */
void
vgg_tensor_file_set_half (VggTensorFile *self, const char *name)
{
  VggTensorEntry *entry = g_hash_table_lookup (self->by_name, name);

  g_return_if_fail (entry != NULL);

  entry->half = TRUE;
}

/**
 * vgg_tensor_file_get_metadata:
 * @self: a set of tensors
 * @key: a metadata key
 *
 * Returns: (transfer none) (nullable): the value, or %NULL
 */
const char *
vgg_tensor_file_get_metadata (VggTensorFile *self, const char *key)
{
  return g_hash_table_lookup (self->metadata, key);
}

/**
 * vgg_tensor_file_set_metadata:
 * @self: a set of tensors
 * @key: the key
 * @value: (nullable): the value; %NULL removes the key
 *
 * Sets a metadata string. JSON holds UTF-8 only: what is not valid in @key or @value (it may come
 * from a file name) is replaced as g_utf8_make_valid() does.
 */
void
vgg_tensor_file_set_metadata (VggTensorFile *self, const char *key, const char *value)
{
  g_autofree char *valid_key = g_utf8_make_valid (key, -1);

  if (value == NULL)
    g_hash_table_remove (self->metadata, valid_key);
  else
    g_hash_table_replace (self->metadata, g_steal_pointer (&valid_key),
                          g_utf8_make_valid (value, -1));
}

/**
 * vgg_tensor_file_get_display_name:
 * @self: a set of tensors
 *
 * Returns: (nullable): the name of the file that it was read from, for messages; %NULL: of none
 */
const char *
vgg_tensor_file_get_display_name (VggTensorFile *self)
{
  return self->display_name != NULL ? self->display_name : _ ("The set of tensors");
}

/* Sets VGG_ERROR_FORMAT; `format` says what is wrong with the file, as the end of a sentence. */
gboolean
vgg_tensor_file_refuse (VggTensorFile *self, GError **error, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error (
    error, VGG_ERROR, VGG_ERROR_FORMAT,
    self->source == VGG_SOURCE_KERAS
      ? _ ("“%s” cannot be read as a Keras weights file: %s. Fetch or save the file again.")
      : _ ("“%s” cannot be read as a .safetensors file: %s. Fetch or save the file again."),
    vgg_tensor_file_get_display_name (self), reason);
  return FALSE;
}

/* As vgg_tensor_file_add(); `tensor` may be NULL, for a tensor of which only the shape is known. */
void
vgg_tensor_file_add_entry (VggTensorFile *self,
                           const char *name,
                           const VggShape *shape,
                           VggTensor *tensor)
{
  VggTensorEntry *entry = g_hash_table_lookup (self->by_name, name);

  g_assert (tensor == NULL || vgg_shape_equal (shape, &tensor->shape));

  if (entry == NULL)
    {
      entry = g_new0 (VggTensorEntry, 1);
      entry->name = g_strdup (name);
      g_ptr_array_add (self->entries, entry);
      g_hash_table_insert (self->by_name, entry->name, entry);
    }

  tensor_entry_clear (entry);
  entry->shape = *shape;
  entry->tensor = tensor;
  entry->borrowed = FALSE;
  entry->half = FALSE;
}

static void
add_borrowed (VggTensorFile *self, const char *name, const VggShape *shape, const float *values)
{
  VggTensor *tensor = g_new0 (VggTensor, 1);
  VggTensorEntry *entry;

  tensor->shape = *shape;
  tensor->data = (float *) values; /* only read: the set is there to be saved */
  vgg_tensor_file_add_entry (self, name, shape, tensor);
  entry = g_hash_table_lookup (self->by_name, name);
  entry->borrowed = TRUE;
}

/* Adds a tensor with a copy of `values`, or where the set borrows, with themselves. As with GLib's
 * own allocations, the program ends where the memory for it cannot be had. */
void
vgg_tensor_file_add_copy (VggTensorFile *self,
                          const char *name,
                          const VggShape *shape,
                          const float *values)
{
  VggTensor *tensor;

  if (self->borrows)
    {
      add_borrowed (self, name, shape, values);
      return;
    }

  tensor = vgg_tensor_new (shape);
  if (tensor == NULL)
    g_error ("Out of memory for a copy of %s", name);
  memcpy (tensor->data, values, vgg_shape_elements (shape) * sizeof *values);
  vgg_tensor_file_add_entry (self, name, shape, tensor);
}

/* Gives every tensor that is a key of `names` the name that is its value. */
gboolean
vgg_tensor_file_rename (VggTensorFile *self, GHashTable *names, GError **error)
{
  g_hash_table_remove_all (self->by_name);

  for (guint i = 0; i < self->entries->len; i++)
    {
      VggTensorEntry *entry = g_ptr_array_index (self->entries, i);
      const char *name = g_hash_table_lookup (names, entry->name);

      if (name != NULL)
        {
          g_free (entry->name);
          entry->name = g_strdup (name);
        }

      if (!g_hash_table_insert (self->by_name, entry->name, entry))
        {
          g_set_error (error, VGG_ERROR, VGG_ERROR_FORMAT,
                       _ ("“%s” holds the tensor “%s” twice, once under PyTorch's name. "
                          "Keep one of them."),
                       vgg_tensor_file_get_display_name (self), entry->name);
          return FALSE;
        }
    }

  return TRUE;
}
