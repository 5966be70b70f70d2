/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-thumbnailer.h"

#include "app/widgets/mien-pixels.h"

/* Twice the largest size that the window shows, for screens of two device pixels a pixel. */
#define DEFAULT_SIZE 192
#define DEFAULT_BYTES ((gsize) 64 << 20)

/* Few, so that a training that runs keeps its cores; decoding a screenful takes a blink all the
 * same. */
#define N_THREADS 2

typedef struct
{
  char *path;
  GdkTexture *texture;
  gsize bytes;
} Entry;

struct _MienThumbnailer
{
  GObject parent_instance;

  GThreadPool *pool; /* of GTask */
  guint size;
  GQueue entries;    /* owned Entry, the latest used first */
  GHashTable *links; /* path → GList in entries */
  gsize bytes;       /* of all textures kept */
  gsize max_bytes;
};

G_DEFINE_FINAL_TYPE (MienThumbnailer, mien_thumbnailer, G_TYPE_OBJECT)

static void
entry_free (Entry *entry)
{
  g_free (entry->path);
  g_object_unref (entry->texture);
  g_free (entry);
}

static void
decode (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GdkTexture *texture;

  if (g_task_return_error_if_cancelled (task))
    return;

  texture = mien_pixels_load_thumbnail (g_task_get_task_data (task), GPOINTER_TO_UINT (user_data),
                                        &error);
  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
mien_thumbnailer_finalize (GObject *object)
{
  MienThumbnailer *self = MIEN_THUMBNAILER (object);

  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_hash_table_unref (self->links);
  g_queue_clear_full (&self->entries, (GDestroyNotify) entry_free);

  G_OBJECT_CLASS (mien_thumbnailer_parent_class)->finalize (object);
}

static void
mien_thumbnailer_class_init (MienThumbnailerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mien_thumbnailer_finalize;
}

static void
mien_thumbnailer_init (MienThumbnailer *self)
{
  g_queue_init (&self->entries);
  self->links = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * mien_thumbnailer_new:
 * @size: pixels: the longer side of a thumbnail, at most
 * @max_bytes: how much memory the thumbnails kept may take
 *
 * Returns: (transfer full): a new thumbnailer
 */
MienThumbnailer *
mien_thumbnailer_new (guint size, gsize max_bytes)
{
  MienThumbnailer *self = g_object_new (MIEN_TYPE_THUMBNAILER, NULL);

  self->size = size;
  self->max_bytes = max_bytes;
  self->pool = g_thread_pool_new (decode, GUINT_TO_POINTER (size), N_THREADS, FALSE, NULL);

  return self;
}

/**
 * mien_thumbnailer_get_default:
 *
 * Returns: (transfer none): the thumbnailer that all the window's pages share
 */
MienThumbnailer *
mien_thumbnailer_get_default (void)
{
  static MienThumbnailer *self;

  if (self == NULL)
    self = mien_thumbnailer_new (DEFAULT_SIZE, DEFAULT_BYTES);

  return self;
}

/**
 * mien_thumbnailer_lookup:
 * @path: (type filename): a picture file
 *
 * Returns: (transfer none) (nullable): its thumbnail, if that is kept
 */
GdkTexture *
mien_thumbnailer_lookup (MienThumbnailer *self, const char *path)
{
  GList *link;

  g_return_val_if_fail (MIEN_IS_THUMBNAILER (self), NULL);

  link = g_hash_table_lookup (self->links, path);
  if (link == NULL)
    return NULL;

  g_queue_unlink (&self->entries, link);
  g_queue_push_head_link (&self->entries, link);
  return ((Entry *) link->data)->texture;
}

static void
keep (MienThumbnailer *self, const char *path, GdkTexture *texture)
{
  Entry *entry;

  if (g_hash_table_contains (self->links, path))
    return;

  entry = g_new (Entry, 1);
  entry->path = g_strdup (path);
  entry->texture = g_object_ref (texture);
  entry->bytes = (gsize) 4 * gdk_texture_get_width (texture) * gdk_texture_get_height (texture);
  g_queue_push_head (&self->entries, entry);
  g_hash_table_insert (self->links, entry->path, self->entries.head);
  self->bytes += entry->bytes;

  while (self->bytes > self->max_bytes)
    {
      Entry *oldest = g_queue_pop_tail (&self->entries);

      self->bytes -= oldest->bytes;
      g_hash_table_remove (self->links, oldest->path);
      entry_free (oldest);
    }
}

/**
 * mien_thumbnailer_load_async:
 * @path: (type filename): a picture file
 * @cancellable: cancelled when the thumbnail is not wanted any more; a request that was not begun
 * costs nothing then
 * @callback: called on the main thread
 * @user_data: for @callback
 */
void
mien_thumbnailer_load_async (MienThumbnailer *self,
                             const char *path,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task;

  g_return_if_fail (MIEN_IS_THUMBNAILER (self));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, mien_thumbnailer_load_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_thread_pool_push (self->pool, task, NULL);
}

/**
 * mien_thumbnailer_load_finish:
 * @result: what the callback was given
 * @error: where to say why there is none
 *
 * Returns: (transfer full) (nullable): the thumbnail
 */
GdkTexture *
mien_thumbnailer_load_finish (MienThumbnailer *self, GAsyncResult *result, GError **error)
{
  GdkTexture *texture;

  g_return_val_if_fail (MIEN_IS_THUMBNAILER (self), NULL);

  texture = g_task_propagate_pointer (G_TASK (result), error);
  if (texture != NULL)
    keep (self, g_task_get_task_data (G_TASK (result)), texture);

  return texture;
}

/**
 * mien_thumbnailer_get_bytes:
 *
 * Returns: the memory that the thumbnails kept take
 */
gsize
mien_thumbnailer_get_bytes (MienThumbnailer *self)
{
  g_return_val_if_fail (MIEN_IS_THUMBNAILER (self), 0);

  return self->bytes;
}
