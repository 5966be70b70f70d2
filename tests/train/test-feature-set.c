/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem() */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "train-fixture.h"
#include "train/mien-feature-cache.h"

/* Numbers of a record; two records to a page would be too few to cross one. */
#define LENGTH 3000

typedef struct
{
  char *folder;
  char *path;
  guint8 id[32];
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = train_fixture_make_folder ();
  self->path = g_build_filename (self->folder, "set", NULL);
  memset (self->id, 0x5a, sizeof self->id);
  g_setenv ("MIEN_FEATURE_CACHE", self->folder, TRUE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_free (self->path);
  train_fixture_remove_folder (self->folder);
}

static MienFeatureKey
make_key (guint number)
{
  MienFeatureKey key = { .seed = 7, .variant = number % 4 };

  key.digest[number % 32] = (guint8) (number / 4);
  key.digest[(number + 1) % 32] = (guint8) (number / 1024);
  return key;
}

/* What record `number` holds: nothing that another one does. */
static void
make_features (guint number, guint16 features[LENGTH])
{
  for (guint i = 0; i < LENGTH; i++)
    features[i] = (guint16) (number * 1021 + i * 7);
}

static MienFeatureSet *
open_set (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  MienFeatureSet *set = mien_feature_set_open (self->path, self->id, LENGTH, TRUE, &error);

  g_assert_no_error (error);
  return set;
}

static void
store (MienFeatureSet *set, guint number)
{
  g_autoptr (GError) error = NULL;
  const MienFeatureKey key = make_key (number);
  guint16 features[LENGTH];

  make_features (number, features);
  g_assert_true (mien_feature_set_store (set, &key, features, &error));
  g_assert_no_error (error);
}

static gboolean
holds (MienFeatureSet *set, guint number)
{
  const MienFeatureKey key = make_key (number);
  const guint16 *found = mien_feature_set_lookup (set, &key);
  guint16 features[LENGTH];

  make_features (number, features);
  if (found != NULL)
    g_assert_cmpmem (found, LENGTH * sizeof *found, features, sizeof features);
  return found != NULL;
}

static void
fill_file (Fixture *self, guint n)
{
  g_autoptr (MienFeatureSet) set = open_set (self);

  for (guint i = 0; i < n; i++)
    store (set, i);
}

static goffset
get_size (const char *path)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return status.st_size;
}

/* The place of a record in the file, found by its first numbers and not by the format. */
static goffset
find_record (Fixture *self, guint number)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  guint16 features[LENGTH];
  const char *place;
  gsize size;

  make_features (number, features);
  g_file_get_contents (self->path, &content, &size, &error);
  g_assert_no_error (error);
  place = memmem (content, size, features, sizeof features);
  g_assert_nonnull (place);
  return place - content;
}

static void
damage (Fixture *self, goffset offset)
{
  int fd = g_open (self->path, O_RDWR | O_CLOEXEC, 0);
  guint8 byte;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pread (fd, &byte, 1, offset), ==, 1);
  byte ^= 0x10;
  g_assert_cmpint (pwrite (fd, &byte, 1, offset), ==, 1);
  close (fd);
}

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  g_autoptr (MienFeatureSet) set = NULL;

  fill_file (self, 9);
  set = open_set (self);
  g_assert_cmpuint (mien_feature_set_get_n_records (set), ==, 9);
  for (guint i = 0; i < 9; i++)
    g_assert_true (holds (set, i));
  g_assert_false (holds (set, 9));

  /* Grows after it was mapped, and pointers stay. */
  {
    const MienFeatureKey key = make_key (0);
    const guint16 *before = mien_feature_set_lookup (set, &key);

    store (set, 9);
    g_assert_true (holds (set, 9));
    g_assert_true (mien_feature_set_lookup (set, &key) == before);
    mien_feature_set_release (set, &key);
    mien_feature_set_prefetch (set, &key);
    g_assert_true (holds (set, 0));
  }

  /* The same again takes nothing. */
  {
    goffset size = get_size (self->path);

    store (set, 3);
    g_assert_cmpint (get_size (self->path), ==, size);
  }
}

/* More records than one segment's index has room for. */
static void
test_segments (Fixture *self, gconstpointer data)
{
  guint n = 1024 + 3;
  g_autoptr (MienFeatureSet) set = NULL;

  fill_file (self, n);
  set = open_set (self);
  g_assert_cmpuint (mien_feature_set_get_n_records (set), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_true (holds (set, i));
}

/* A bit of one record is turned: that one is forgotten, and put right in its place. */
static void
test_damaged_record (Fixture *self, gconstpointer data)
{
  g_autoptr (MienFeatureSet) set = NULL;
  goffset size;

  fill_file (self, 5);
  damage (self, find_record (self, 2) + 1234);
  size = get_size (self->path);
  set = open_set (self);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (holds (set, i), ==, i != 2);
  g_assert_cmpuint (mien_feature_set_get_n_records (set), ==, 4);

  store (set, 2);
  g_assert_true (holds (set, 2));
  g_assert_cmpint (get_size (self->path), ==, size);
  g_clear_pointer (&set, mien_feature_set_free);
  set = open_set (self);
  g_assert_true (holds (set, 2));
  g_assert_cmpuint (mien_feature_set_get_n_records (set), ==, 5);
}

/* Wherever a bit is turned, what is found is right. */
static void
test_damaged_anywhere (Fixture *self, gconstpointer data)
{
  VggRandom random;
  goffset size;

  fill_file (self, 4);
  size = get_size (self->path);
  vgg_random_init (&random, 3);
  for (guint i = 0; i < 200; i++)
    {
      /* Half of them in the header and the index. */
      goffset offset = vgg_random_below (&random, i % 2 == 0 ? (guint) size : 400);
      g_autoptr (MienFeatureSet) set = NULL;

      if (i % 4 == 1)
        offset += 65536;
      damage (self, offset);
      set = open_set (self);
      for (guint number = 0; number < 4; number++)
        if (!holds (set, number))
          store (set, number);
    }
}

static void
test_truncated (Fixture *self, gconstpointer data)
{
  goffset size;

  fill_file (self, 6);
  size = get_size (self->path);
  for (goffset cut = 0; cut <= size; cut += cut < 200 ? 7 : 2311)
    {
      g_autoptr (MienFeatureSet) set = NULL;
      guint n = 0;

      g_assert_cmpint (truncate (self->path, cut), ==, 0);
      set = open_set (self);
      for (guint i = 0; i < 6; i++)
        n += holds (set, i);
      g_assert_cmpuint (n, ==, cut == size ? 6 : mien_feature_set_get_n_records (set));
      g_assert_true (cut == size || n < 6);
      for (guint i = 0; i < 6; i++)
        store (set, i);
      for (guint i = 0; i < 6; i++)
        g_assert_true (holds (set, i));
      g_assert_cmpint (get_size (self->path), ==, size);
    }
}

/* Cut by somebody else while it is open: no signal, and put right. */
static void
test_truncated_while_open (Fixture *self, gconstpointer data)
{
  g_autoptr (MienFeatureSet) set = open_set (self);

  for (guint i = 0; i < 6; i++)
    store (set, i);
  for (guint i = 0; i < 6; i++)
    g_assert_true (holds (set, i));
  g_assert_cmpint (truncate (self->path, find_record (self, 3)), ==, 0);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpint (holds (set, i), ==, i < 3);
  for (guint i = 0; i < 6; i++)
    store (set, i);
  for (guint i = 0; i < 6; i++)
    g_assert_true (holds (set, i));
}

/* Another program's file, one of other weights, one of other lengths. */
static void
test_foreign (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MienFeatureSet) set = NULL;

  g_assert_true (g_file_set_contents (self->path, "not features", -1, &error));
  fill_file (self, 2);
  self->id[31] ^= 1;
  set = open_set (self);
  g_assert_cmpuint (mien_feature_set_get_n_records (set), ==, 0);
  store (set, 0);
  g_clear_pointer (&set, mien_feature_set_free);

  set = mien_feature_set_open (self->path, self->id, LENGTH / 2, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (mien_feature_set_get_n_records (set), ==, 0);
}

/* What has the file open a second time reads what there is, and writes nothing. */
static void
test_second_writer (Fixture *self, gconstpointer data)
{
  g_autoptr (MienFeatureSet) first = open_set (self);
  g_autoptr (MienFeatureSet) second = NULL;
  g_autoptr (GError) error = NULL;
  guint16 features[LENGTH] = { 0 };
  MienFeatureKey key = make_key (1);

  store (first, 0);
  second = open_set (self);
  g_assert_true (mien_feature_set_is_writable (first));
  g_assert_false (mien_feature_set_is_writable (second));
  g_assert_true (holds (second, 0));
  g_assert_false (mien_feature_set_store (second, &key, features, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  store (first, 1);
  g_assert_true (holds (first, 1));

  g_clear_pointer (&first, mien_feature_set_free);
  g_clear_pointer (&second, mien_feature_set_free);
  second = open_set (self);
  g_assert_true (mien_feature_set_is_writable (second));
  g_assert_cmpuint (mien_feature_set_get_n_records (second), ==, 2);
}

/* A disk that is full in the middle of a record: an error, what was there stays, and once there is
 * room it goes on. */
static void
test_full_disk (Fixture *self, gconstpointer data)
{
  g_autoptr (MienFeatureSet) set = open_set (self);
  g_autoptr (GError) error = NULL;
  const MienFeatureKey key = make_key (3);
  struct rlimit before;
  struct rlimit limit;
  guint16 features[LENGTH];
  goffset size;

  for (guint i = 0; i < 3; i++)
    store (set, i);
  size = get_size (self->path);

  /* Without the signal a write over the limit fails, as on a full disk. */
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = (rlim_t) size + 1000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  make_features (3, features);
  g_assert_false (mien_feature_set_store (set, &key, features, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, self->path));
  g_assert_cmpint (get_size (self->path), ==, size);

  g_assert_false (holds (set, 3));
  for (guint i = 0; i < 3; i++)
    g_assert_true (holds (set, i));
  store (set, 3);
  g_assert_true (holds (set, 3));
}

static MienFeatureSet *
open_in_cache (MienFeatureCache *cache, guint8 number)
{
  g_autoptr (GError) error = NULL;
  guint8 id[32] = { number };
  MienFeatureSet *set = mien_feature_cache_open_set (cache, id, LENGTH, TRUE, &error);

  g_assert_no_error (error);
  return set;
}

static char *
cache_path (Fixture *self, guint8 number)
{
  g_autoptr (GString) name = g_string_new (NULL);

  g_string_append_printf (name, "%02x", number);
  for (guint i = 1; i < 32; i++)
    g_string_append (name, "00");
  g_string_append (name, ".features");
  return g_build_filename (self->folder, name->str, NULL);
}

static gboolean
is_there (Fixture *self, guint8 number)
{
  g_autofree char *path = cache_path (self, number);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
keep (MienFeatureCache *cache, MienFeatureSet *set, guint number, GError **error)
{
  const MienFeatureKey key = make_key (number);
  guint16 features[LENGTH];

  make_features (number, features);
  return mien_feature_cache_store (cache, set, &key, features, error);
}

/* Sets 1, 2 and 3, used in the order 2, 3, 1; then one that needs the room of one more. */
static void
test_least_recently_used (Fixture *self, gconstpointer data)
{
  static const guint8 order[] = { 2, 3, 1 };
  g_autoptr (MienFeatureCache) cache = mien_feature_cache_new (0);
  g_autoptr (MienFeatureSet) set = NULL;
  g_autoptr (GError) error = NULL;
  guint64 bytes;

  g_assert_cmpuint (mien_feature_cache_get_limit (cache), <=, (guint64) 16 << 30);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autofree char *path = cache_path (self, order[i]);
      const struct timespec times[2] = { { 1000 + i, 0 }, { 1000 + i, 0 } };

      set = open_in_cache (cache, order[i]);
      g_assert_true (keep (cache, set, 0, &error));
      g_clear_pointer (&set, mien_feature_set_free);
      g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
    }
  bytes = mien_feature_cache_measure ();
  {
    g_autofree char *path = cache_path (self, 1);

    g_assert_cmpuint (bytes, ==, 3 * (guint64) get_size (path));
  }

  g_clear_pointer (&cache, mien_feature_cache_free);
  cache = mien_feature_cache_new (bytes);
  set = open_in_cache (cache, 4);
  g_assert_true (keep (cache, set, 0, &error));
  g_assert_no_error (error);
  g_assert_false (is_there (self, 2));
  g_assert_true (is_there (self, 3));
  g_assert_true (is_there (self, 1));
  g_assert_cmpuint (mien_feature_cache_measure (), <=, bytes);

  /* Opened again, a set is the last to go. */
  g_clear_pointer (&set, mien_feature_set_free);
  set = open_in_cache (cache, 3);
  g_clear_pointer (&set, mien_feature_set_free);
  set = open_in_cache (cache, 5);
  g_assert_true (keep (cache, set, 0, &error));
  g_assert_false (is_there (self, 1));
  g_assert_true (is_there (self, 3));
}

/* A set that is in use is not dropped: the limit is an error then. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  g_autoptr (MienFeatureCache) cache = mien_feature_cache_new (200000);
  g_autoptr (MienFeatureSet) set = open_in_cache (cache, 1);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  while (keep (cache, set, n, &error))
    n++;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpuint (n, >, 2);
  g_assert_cmpuint (n, <=, 200000 / (LENGTH * 2));
  g_assert_cmpuint (mien_feature_set_get_n_records (set), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_true (holds (set, i));
}

/* Clear removes sets and nothing else; who has one open keeps it. */
static void
test_clear (Fixture *self, gconstpointer data)
{
  g_autoptr (MienFeatureCache) cache = mien_feature_cache_new (0);
  g_autoptr (MienFeatureSet) set = open_in_cache (cache, 1);
  g_autofree char *letter = g_build_filename (self->folder, "letter.features", NULL);
  g_autoptr (GError) error = NULL;

  train_fixture_write_file (self->folder, "letter.features", "Dear cousin");
  g_assert_true (keep (cache, set, 0, &error));
  g_assert_cmpuint (mien_feature_cache_measure (), >, 0);
  g_assert_true (mien_feature_cache_clear (&error));
  g_assert_no_error (error);
  g_assert_cmpuint (mien_feature_cache_measure (), ==, 0);
  g_assert_false (is_there (self, 1));
  g_assert_true (g_file_test (letter, G_FILE_TEST_EXISTS));
  g_assert_true (holds (set, 0));
  g_assert_true (keep (cache, set, 1, &error));

  /* Nothing to clear is no error. */
  g_assert_true (mien_feature_cache_clear (&error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/feature-set/round-trip", test_round_trip);
  ADD ("/feature-set/segments", test_segments);
  ADD ("/feature-set/damaged-record", test_damaged_record);
  ADD ("/feature-set/damaged-anywhere", test_damaged_anywhere);
  ADD ("/feature-set/truncated", test_truncated);
  ADD ("/feature-set/truncated-while-open", test_truncated_while_open);
  ADD ("/feature-set/foreign", test_foreign);
  ADD ("/feature-set/second-writer", test_second_writer);
  ADD ("/feature-set/full-disk", test_full_disk);
  ADD ("/feature-cache/least-recently-used", test_least_recently_used);
  ADD ("/feature-cache/limit", test_limit);
  ADD ("/feature-cache/clear", test_clear);

  return g_test_run ();
}
