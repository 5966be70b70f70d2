/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-feature-set.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* The file, in the byte order of the machine that made it:
 *
 *   0            Header, the rest of the unit zeros
 *   UNIT         segment 0
 *   …            segment 1, …
 *
 * A segment is one unit of SEGMENT_RECORDS index entries, then as many records. A record is
 * `length` halves, padded to RECORD_ALIGNMENT. The file grows record by record; an entry is written
 * after its record, so that whoever dies in between leaves a place that nobody refers to. An entry
 * whose own checksum is wrong, or whose record ends behind the end of the file, is no entry.
 *
 * Records are written with pwrite() and read through a mapping of their segment: a full disk is
 * then an error of a call and not a signal. */
#define MAGIC "MienFeat"
#define FORMAT_VERSION 1
#define UNIT ((gsize) 65536)
#define RECORD_ALIGNMENT ((gsize) 4096)
#define SEGMENT_RECORDS (UNIT / sizeof (Entry))
#define MAX_LENGTH ((gsize) 1 << 28)
#define MAX_RECORDS ((gsize) 1 << 24)

typedef struct
{
  char magic[8];
  guint32 version;
  guint32 crc; /* of this struct, with 0 here */
  guint64 length;
  guint8 id[32];
} Header;

typedef struct
{
  MienFeatureKey key;
  guint32 record_crc;
  guint32 reserved[2];
  guint32 crc; /* of all before it */
} Entry;

G_STATIC_ASSERT (sizeof (MienFeatureKey) == 48);
G_STATIC_ASSERT (sizeof (Entry) == 64);
G_STATIC_ASSERT (sizeof (Header) == 56);

typedef struct
{
  Entry entry;
  gboolean checked; /* the record's checksum was right, in this process */
  gboolean broken;  /* it was not: the place waits for a new record of the same key */
  gsize place;
} Record;

struct _MienFeatureSet
{
  char *path;
  int fd;
  gboolean writable; /* this process has the file's lock */
  gsize length;      /* halves */
  gsize record_bytes;
  gsize segment_bytes;

  GPtrArray *records; /* (element-type Record) owned */
  GHashTable *index;  /* (element-type Entry Record) keys are in their values */
  gsize n_places;     /* places that are taken, or were */
  GPtrArray *maps;    /* a segment each; NULL: not mapped yet */
};

static guint
key_hash (gconstpointer data)
{
  const MienFeatureKey *key = data;
  guint hash;

  memcpy (&hash, key->digest, sizeof hash);
  return hash ^ (key->variant * 0x9e3779b9u) ^ (guint) key->seed;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (MienFeatureKey)) == 0;
}

static guint32
checksum (gconstpointer data, gsize n)
{
  return (guint32) crc32_z (crc32_z (0, NULL, 0), data, n);
}

static goffset
segment_offset (MienFeatureSet *self, gsize segment)
{
  return (goffset) (UNIT + segment * self->segment_bytes);
}

static goffset
entry_offset (MienFeatureSet *self, gsize place)
{
  return segment_offset (self, place / SEGMENT_RECORDS) +
         (goffset) (place % SEGMENT_RECORDS * sizeof (Entry));
}

static goffset
record_offset (MienFeatureSet *self, gsize place)
{
  return segment_offset (self, place / SEGMENT_RECORDS) +
         (goffset) (UNIT + place % SEGMENT_RECORDS * self->record_bytes);
}

static goffset
file_size (int fd)
{
  struct stat status;

  return fstat (fd, &status) == 0 ? status.st_size : 0;
}

static gboolean
read_at (int fd, gpointer data, gsize n, goffset offset)
{
  for (gsize done = 0; done < n;)
    {
      ssize_t got = pread (fd, (char *) data + done, n - done, offset + (goffset) done);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return FALSE;
      done += (gsize) got;
    }
  return TRUE;
}

static gboolean
write_at (int fd, gconstpointer data, gsize n, goffset offset)
{
  for (gsize done = 0; done < n;)
    {
      ssize_t put = pwrite (fd, (const char *) data + done, n - done, offset + (goffset) done);

      if (put < 0 && errno == EINTR)
        continue;
      if (put < 0)
        return FALSE;
      done += (gsize) put;
    }
  return TRUE;
}

static gboolean
fail (MienFeatureSet *self, int reason, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (reason),
               _ ("Features cannot be kept in “%s”: %s"), name, g_strerror (reason));
  return FALSE;
}

static Header
make_header (MienFeatureSet *self, const guint8 id[32])
{
  Header header = { .version = FORMAT_VERSION, .length = self->length };

  memcpy (header.magic, MAGIC, sizeof header.magic);
  memcpy (header.id, id, sizeof header.id);
  header.crc = checksum (&header, sizeof header);
  return header;
}

/* Opens the file and, if it is wanted and nobody else has it, takes its lock. */
static gboolean
open_file (MienFeatureSet *self, gboolean write, GError **error)
{
  self->fd = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->fd < 0)
    return fail (self, errno, error);
  self->writable = write && flock (self->fd, LOCK_EX | LOCK_NB) == 0;
  return TRUE;
}

static gboolean
has_right_header (MienFeatureSet *self, const Header *wanted)
{
  Header found;

  return read_at (self->fd, &found, sizeof found, 0) && memcmp (&found, wanted, sizeof found) == 0;
}

/* A file of another format, program or length is replaced, not written into: somebody may have it
 * mapped. */
static gboolean
start_file (MienFeatureSet *self, const Header *header, GError **error)
{
  if (file_size (self->fd) > 0)
    {
      close (self->fd);
      self->fd = -1;
      if (unlink (self->path) != 0 && errno != ENOENT)
        return fail (self, errno, error);
      if (!open_file (self, TRUE, error))
        return FALSE;
    }

  if (!write_at (self->fd, header, sizeof *header, 0))
    return fail (self, errno, error);
  return TRUE;
}

static Record *
add_record (MienFeatureSet *self, const Entry *entry, gsize place)
{
  Record *record = g_new0 (Record, 1);

  record->entry = *entry;
  record->place = place;
  g_ptr_array_add (self->records, record);
  g_hash_table_replace (self->index, &record->entry.key, record);
  return record;
}

static void
read_segment (MienFeatureSet *self, gsize segment, goffset size, Entry *entries)
{
  gsize n = MIN (UNIT, (gsize) (size - segment_offset (self, segment))) / sizeof (Entry);

  if (!read_at (self->fd, entries, n * sizeof (Entry), segment_offset (self, segment)))
    return;

  for (gsize i = 0; i < n; i++)
    {
      gsize place = segment * SEGMENT_RECORDS + i;

      if (entries[i].crc != checksum (&entries[i], G_STRUCT_OFFSET (Entry, crc)) ||
          record_offset (self, place) + (goffset) self->record_bytes > size)
        continue;
      add_record (self, &entries[i], place);
      self->n_places = place + 1;
    }
}

static void
read_index (MienFeatureSet *self)
{
  goffset size = file_size (self->fd);
  g_autofree Entry *entries = g_malloc (UNIT);

  for (gsize segment = 0; segment < MAX_RECORDS / SEGMENT_RECORDS; segment++)
    {
      if (segment_offset (self, segment) >= size)
        break;
      read_segment (self, segment, size, entries);
    }
}

/**
 * mien_feature_set_open:
 * @path: (type filename): the file; made if it is not there
 * @id: what the features depend on, as a digest
 * @length: 16-bit numbers of one record, at least 1
 * @write: whether to write to it, if no other process does
 * @error: return location; `G_IO_ERROR` where the file can be neither opened nor made
 *
 * Opens a set and reads its index. A file that is not of this format, @id and @length is thrown
 * away. A file that another process writes to is opened for reading: it keeps what it has now, and
 * mien_feature_set_store() refuses.
 *
 * Used from one thread.
 *
 * Returns: (transfer full) (nullable): the set
 */
MienFeatureSet *
mien_feature_set_open (const char *path,
                       const guint8 id[32],
                       gsize length,
                       gboolean write,
                       GError **error)
{
  g_autoptr (MienFeatureSet) self = g_new0 (MienFeatureSet, 1);
  Header header;

  self->fd = -1;
  self->path = g_strdup (path);
  self->records = g_ptr_array_new_with_free_func (g_free);
  self->index = g_hash_table_new (key_hash, key_equal);
  self->maps = g_ptr_array_new ();
  if (length == 0 || length > MAX_LENGTH)
    {
      fail (self, EFBIG, error);
      return NULL;
    }

  self->length = length;
  self->record_bytes = (length * sizeof (guint16) + RECORD_ALIGNMENT - 1) / RECORD_ALIGNMENT *
                       RECORD_ALIGNMENT;
  self->segment_bytes = UNIT + SEGMENT_RECORDS * self->record_bytes;
  header = make_header (self, id);

  if (!open_file (self, write, error))
    return NULL;
  if (!has_right_header (self, &header))
    {
      /* Another process is just starting it, or will replace it. */
      if (!self->writable)
        return g_steal_pointer (&self);
      if (!start_file (self, &header, error))
        return NULL;
    }

  /* The time says when it was last of use. */
  futimens (self->fd, NULL);
  read_index (self);
  return g_steal_pointer (&self);
}

/**
 * mien_feature_set_free:
 * @self: (nullable) (transfer full): a set
 *
 * Closes the file and gives its lock back; what mien_feature_set_lookup() returned is gone.
 */
void
mien_feature_set_free (MienFeatureSet *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->maps->len; i++)
    if (g_ptr_array_index (self->maps, i) != NULL)
      munmap (g_ptr_array_index (self->maps, i), self->segment_bytes);
  if (self->fd >= 0)
    close (self->fd);
  g_ptr_array_unref (self->maps);
  g_hash_table_unref (self->index);
  g_ptr_array_unref (self->records);
  g_free (self->path);
  g_free (self);
}

/**
 * mien_feature_set_is_writable:
 * @self: a set
 *
 * Returns: %FALSE: another process writes to the file, or it was opened for reading
 */
gboolean
mien_feature_set_is_writable (MienFeatureSet *self)
{
  return self->writable;
}

/**
 * mien_feature_set_get_n_records:
 * @self: a set
 *
 * Returns: how many pictures' features it holds, those that are found to be damaged left out
 */
guint
mien_feature_set_get_n_records (MienFeatureSet *self)
{
  guint n = 0;

  for (guint i = 0; i < self->records->len; i++)
    n += !((Record *) g_ptr_array_index (self->records, i))->broken;
  return n;
}

/**
 * mien_feature_set_get_growth:
 * @self: a set
 *
 * Returns: by how many bytes the next record makes the file longer
 */
gsize
mien_feature_set_get_growth (MienFeatureSet *self)
{
  goffset end = record_offset (self, self->n_places) + (goffset) self->record_bytes;
  goffset size = file_size (self->fd);

  return end > size ? (gsize) (end - size) : 0;
}

static Record *
find (MienFeatureSet *self, const MienFeatureKey *key)
{
  Record *record = g_hash_table_lookup (self->index, key);

  return record != NULL && !record->broken ? record : NULL;
}

/**
 * mien_feature_set_has:
 * @self: a set
 * @key: a picture
 *
 * Returns: whether the index has it; that the record is sound shows in mien_feature_set_lookup()
 */
gboolean
mien_feature_set_has (MienFeatureSet *self, const MienFeatureKey *key)
{
  return find (self, key) != NULL;
}

/* Where a record is in memory; %NULL where its segment cannot be mapped. */
static char *
map_record (MienFeatureSet *self, const Record *record)
{
  gsize segment = record->place / SEGMENT_RECORDS;
  char *map;

  if (self->maps->len <= segment)
    g_ptr_array_set_size (self->maps, (gint) segment + 1);

  map = g_ptr_array_index (self->maps, segment);
  if (map == NULL)
    {
      map = mmap (NULL, self->segment_bytes, PROT_READ, MAP_SHARED, self->fd,
                  segment_offset (self, segment));
      if (map == MAP_FAILED)
        return NULL;
      g_ptr_array_index (self->maps, segment) = map;
    }
  return map + (record_offset (self, record->place) - segment_offset (self, segment));
}

/**
 * mien_feature_set_lookup:
 * @self: a set
 * @key: a picture
 *
 * Finds a picture's features. The first time that a record is looked up, its checksum is compared;
 * one that is damaged is forgotten, and mien_feature_set_store() may put it right.
 *
 * Returns: (transfer none) (nullable): the features, in the file's mapping, valid as long as the
 *   set; %NULL: not there, or damaged
 */
const guint16 *
mien_feature_set_lookup (MienFeatureSet *self, const MienFeatureKey *key)
{
  Record *record = find (self, key);
  const char *data = NULL;

  /* Somebody may have cut the file: reading behind its end would be the end of this process too. */
  if (record != NULL &&
      record_offset (self, record->place) + (goffset) self->record_bytes <= file_size (self->fd))
    data = map_record (self, record);
  if (record != NULL && data != NULL && !record->checked)
    {
      record->checked = checksum (data, self->length * sizeof (guint16)) ==
                        record->entry.record_crc;
      if (!record->checked)
        data = NULL;
    }
  if (record != NULL && data == NULL)
    record->broken = TRUE;
  return (const guint16 *) data;
}

/* The padding is written too: a record that the index knows ends within the file. */
static gboolean
write_record (MienFeatureSet *self, const Entry *entry, gsize place, const guint16 *features)
{
  static const guint8 zeros[4096];
  gsize n = self->length * sizeof (guint16);
  goffset offset = record_offset (self, place);

  G_STATIC_ASSERT (sizeof zeros == RECORD_ALIGNMENT);
  return write_at (self->fd, features, n, offset) &&
         write_at (self->fd, zeros, self->record_bytes - n, offset + (goffset) n) &&
         write_at (self->fd, entry, sizeof *entry, entry_offset (self, place));
}

/**
 * mien_feature_set_store:
 * @self: a set
 * @key: a picture
 * @features: (array): as many numbers as the set's length
 * @error: return location; `G_IO_ERROR`, of which `G_IO_ERROR_NO_SPACE` is the likely one, or
 *   `G_IO_ERROR_BUSY` where another process writes to the file
 *
 * Keeps a picture's features; does nothing where they are there already.
 *
 * Returns: %TRUE if they are in the file
 */
gboolean
mien_feature_set_store (MienFeatureSet *self,
                        const MienFeatureKey *key,
                        const guint16 *features,
                        GError **error)
{
  Record *record = g_hash_table_lookup (self->index, key);
  gsize place = record != NULL ? record->place : self->n_places;
  goffset size = file_size (self->fd);
  Entry entry = { .key = *key };

  if (record != NULL && !record->broken)
    return TRUE;
  if (!self->writable)
    return fail (self, EBUSY, error);
  if (place >= MAX_RECORDS)
    return fail (self, EFBIG, error);

  entry.record_crc = checksum (features, self->length * sizeof (guint16));
  entry.crc = checksum (&entry, G_STRUCT_OFFSET (Entry, crc));
  if (!write_record (self, &entry, place, features))
    {
      int reason = errno;

      /* What was written of it is of no use. Nobody has the end of the file mapped and in use. */
      if (ftruncate (self->fd, size) != 0)
        g_debug ("%s: %s", self->path, g_strerror (errno));
      return fail (self, reason, error);
    }

  if (record == NULL)
    {
      record = add_record (self, &entry, place);
      self->n_places = place + 1;
    }
  record->entry = entry;
  record->broken = FALSE;
  record->checked = FALSE;
  return TRUE;
}

static void
advise (MienFeatureSet *self, const MienFeatureKey *key, int advice)
{
  const Record *record = find (self, key);
  char *data = record != NULL ? map_record (self, record) : NULL;

  /* Where pages are larger than the alignment this may be refused: then nothing is lost. */
  if (data != NULL)
    madvise (data, self->record_bytes, advice);
}

/**
 * mien_feature_set_prefetch:
 * @self: a set
 * @key: a picture
 *
 * Has a record read from the disk in the background, for a lookup that comes soon.
 */
void
mien_feature_set_prefetch (MienFeatureSet *self, const MienFeatureKey *key)
{
  advise (self, key, MADV_WILLNEED);
}

/**
 * mien_feature_set_release:
 * @self: a set
 * @key: a picture
 *
 * Takes a record out of this process's memory; the system may keep it in its own. What
 * mien_feature_set_lookup() returned stays valid, and is read again when it is looked at.
 */
void
mien_feature_set_release (MienFeatureSet *self, const MienFeatureKey *key)
{
  advise (self, key, MADV_DONTNEED);
}
