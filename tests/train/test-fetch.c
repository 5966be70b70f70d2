/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "data/mien-data-error.h"
#include "fetch-server.h"
#include "train/mien-fetch.h"
#include "train/mien-train-error.h"

#define SIZE 300000

typedef struct
{
  FetchServer *server;
  GBytes *bytes; /* what the server has */
  char *digest;  /* SHA-256 of it */
  char *directory;
  char *path;
  char *part;
  char *address;
  MienFetchSource source; /* of address, SIZE and digest */
} Fixture;

static GBytes *
make_bytes (guint32 seed, gsize length)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint8 *data = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_rand_int (rand);
  return g_bytes_new_take (data, length);
}

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->server = fetch_server_new ();
  self->bytes = make_bytes (1, SIZE);
  self->digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->bytes);
  fetch_server_set (self->server, (FetchAnswer){ .bytes = self->bytes, .tag = "\"one\"" });
  self->directory = g_dir_make_tmp ("mien-fetch-XXXXXX", NULL);
  self->path = g_build_filename (self->directory, "new", "weights.h5", NULL);
  self->part = g_strconcat (self->path, ".part", NULL);
  self->address = fetch_server_dup_address (self->server, "/weights.h5");
  self->source = (MienFetchSource){
    .address = self->address, .size = SIZE, .digest_type = G_CHECKSUM_SHA256, .digest = self->digest
  };
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_assert_cmpint (g_rmdir (self->directory), ==, 0);
  fetch_server_free (self->server);
  g_bytes_unref (self->bytes);
  g_free (self->digest);
  g_free (self->directory);
  g_free (self->path);
  g_free (self->part);
  g_free (self->address);
}

static guint
count_files (Fixture *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static gsize
measure (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) == 0 ? (gsize) status.st_size : 0;
}

/* The file, byte for byte, its pin, and nothing else. */
static void
assert_fetched (Fixture *self)
{
  g_autofree char *text = NULL;
  g_autofree char *pin = g_strconcat (self->path, ".sha256", NULL);
  g_autofree char *line = NULL;
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->bytes);
  g_autofree char *expected = g_strdup_printf ("%s  weights.h5\n", sha256);
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (self->path, &text, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (text, length, g_bytes_get_data (self->bytes, NULL),
                   g_bytes_get_size (self->bytes));
  g_file_get_contents (pin, &line, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (line, ==, expected);
  g_assert_cmpuint (count_files (self), ==, 2);
}

static void
fetch (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  gboolean done = mien_fetch (&self->source, self->path, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  assert_fetched (self);
}

/* The message names the address. */
static char *
fetch_in_vain (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  gboolean done = mien_fetch (&self->source, self->path, NULL, NULL, NULL, &error);

  g_assert_false (done);
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH);
  g_assert_nonnull (strstr (error->message, self->source.address));
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
  return g_strdup (error->message);
}

/* Leaves 100000 bytes. */
static void
break_off (Fixture *self)
{
  FetchAnswer answer = fetch_server_get (self->server);
  g_autofree char *message = NULL;

  answer.break_after = 100000;
  fetch_server_set (self->server, answer);
  message = fetch_in_vain (self);
  g_assert_cmpuint (measure (self->part), ==, 100000);
  answer.break_after = 0;
  fetch_server_set (self->server, answer);
}

typedef struct
{
  guint64 done;
  guint n_calls;
} Watch;

static void
watch (const MienProgress *progress, gpointer user_data)
{
  Watch *self = user_data;

  g_assert_cmpuint (progress->total, ==, SIZE);
  g_assert_cmpuint (progress->done, <=, SIZE);
  g_assert_nonnull (progress->phase);
  self->done = progress->done;
  self->n_calls++;
}

static void
test_whole (Fixture *self, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *range = NULL;
  Watch seen = { 0 };

  g_assert_true (mien_fetch (&self->source, self->path, watch, &seen, NULL, &error));
  g_assert_no_error (error);
  assert_fetched (self);
  g_assert_cmpuint (seen.done, ==, SIZE);
  /* At the start, and at the end of the transfer and of the check. */
  g_assert_cmpuint (seen.n_calls, >=, 3);
  range = fetch_server_dup_range (self->server);
  g_assert_null (range);
  g_assert_cmpuint (fetch_server_count (self->server), ==, 1);

  /* What is there and right is not fetched again. */
  fetch (self);
  g_assert_cmpuint (fetch_server_count (self->server), ==, 1);
}

static void
test_md5 (Fixture *self, gconstpointer unused)
{
  g_autofree char *md5 = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, self->bytes);
  g_autofree char *pin = g_strconcat (self->path, ".sha256", NULL);

  self->source.digest_type = G_CHECKSUM_MD5;
  self->source.digest = md5;
  fetch (self);

  /* The pin counts too. */
  g_assert_true (g_file_set_contents (pin, "0000  weights.h5\n", -1, NULL));
  fetch (self);
  g_assert_cmpuint (fetch_server_count (self->server), ==, 2);
}

static void
test_damaged (Fixture *self, gconstpointer unused)
{
  g_autofree char *zeros = g_malloc0 (SIZE);

  fetch (self);
  g_assert_true (g_file_set_contents (self->path, zeros, SIZE, NULL));
  fetch (self);
  g_assert_cmpuint (fetch_server_count (self->server), ==, 2);
  g_assert_true (g_file_set_contents (self->path, zeros, 17, NULL));
  fetch (self);
  g_assert_cmpuint (fetch_server_count (self->server), ==, 3);
}

static void
test_redirect (Fixture *self, gconstpointer unused)
{
  FetchAnswer answer = fetch_server_get (self->server);

  answer.location = "/elsewhere.h5";
  answer.n_redirects = 3;
  fetch_server_set (self->server, answer);
  fetch (self);
  g_assert_cmpuint (fetch_server_count (self->server), ==, 4);
}

static void
test_redirect_refused (Fixture *self, gconstpointer unused)
{
  static const char *const locations[] = {
    "http://192.0.2.1/weights.h5",
    "http://localhost.example.org/weights.h5",
    "ftp://127.0.0.1/weights.h5",
    "file:///etc/passwd",
  };
  FetchAnswer answer = fetch_server_get (self->server);

  for (guint i = 0; i < G_N_ELEMENTS (locations); i++)
    {
      g_autoptr (GError) error = NULL;

      answer.location = locations[i];
      answer.n_redirects = 1;
      fetch_server_set (self->server, answer);
      g_assert_false (mien_fetch (&self->source, self->path, NULL, NULL, NULL, &error));
      g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH);
      g_assert_nonnull (strstr (error->message, locations[i]));
      g_assert_cmpuint (count_files (self), ==, 0);
    }

  answer.location = "/weights.h5";
  answer.n_redirects = G_MAXUINT;
  fetch_server_set (self->server, answer);
  g_free (fetch_in_vain (self));
  g_assert_cmpuint (fetch_server_count (self->server), ==, G_N_ELEMENTS (locations) + 6);
}

static void
test_address_refused (Fixture *self, gconstpointer unused)
{
  static const char *const addresses[] = { "http://192.0.2.1/weights.h5", "weights.h5", "" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      self->source.address = addresses[i];
      g_free (fetch_in_vain (self));
    }
}

static void
test_resume (Fixture *self, gconstpointer unused)
{
  g_autofree char *range = NULL;
  g_autofree char *condition = NULL;

  break_off (self);
  fetch (self);
  range = fetch_server_dup_range (self->server);
  condition = fetch_server_dup_condition (self->server);
  g_assert_cmpstr (range, ==, "bytes=100000-");
  g_assert_cmpstr (condition, ==, "\"one\"");
  g_assert_cmpuint (fetch_server_get_sent (self->server), ==, SIZE - 100000);
}

static void
test_resume_twice (Fixture *self, gconstpointer unused)
{
  FetchAnswer answer = fetch_server_get (self->server);
  g_autofree char *range = NULL;

  break_off (self);
  answer.break_after = 50000;
  fetch_server_set (self->server, answer);
  g_free (fetch_in_vain (self));
  g_assert_cmpuint (measure (self->part), ==, 150000);
  answer.break_after = 0;
  fetch_server_set (self->server, answer);
  fetch (self);
  range = fetch_server_dup_range (self->server);
  g_assert_cmpstr (range, ==, "bytes=150000-");
}

static void
test_no_ranges (Fixture *self, gconstpointer unused)
{
  FetchAnswer answer = fetch_server_get (self->server);

  answer.without_ranges = TRUE;
  fetch_server_set (self->server, answer);
  break_off (self);
  fetch (self);
  g_assert_cmpuint (fetch_server_get_sent (self->server), ==, SIZE);
}

static void
test_range_refused (Fixture *self, gconstpointer unused)
{
  FetchAnswer answer = fetch_server_get (self->server);

  break_off (self);
  answer.range_status = 416;
  fetch_server_set (self->server, answer);
  fetch (self);
  g_assert_cmpuint (fetch_server_count (self->server), ==, 3);
}

/* Which bytes a part is of cannot be told without a strong tag. */
static void
test_no_tag (Fixture *self, gconstpointer tag)
{
  FetchAnswer answer = fetch_server_get (self->server);
  g_autofree char *range = NULL;

  answer.tag = tag;
  fetch_server_set (self->server, answer);
  break_off (self);
  fetch (self);
  range = fetch_server_dup_range (self->server);
  g_assert_null (range);
}

static void
test_changed (Fixture *self, gconstpointer unused)
{
  FetchAnswer answer = fetch_server_get (self->server);
  g_autoptr (GBytes) old = make_bytes (2, SIZE);

  answer.bytes = old;
  answer.tag = "\"zero\"";
  fetch_server_set (self->server, answer);
  break_off (self);
  answer.bytes = self->bytes;
  answer.tag = "\"one\"";
  fetch_server_set (self->server, answer);
  fetch (self);
  g_assert_cmpuint (fetch_server_get_sent (self->server), ==, SIZE);
}

static void
test_wrong_content (Fixture *self, gconstpointer unused)
{
  FetchAnswer answer = fetch_server_get (self->server);
  g_autoptr (GBytes) other = make_bytes (2, SIZE);

  answer.bytes = other;
  fetch_server_set (self->server, answer);
  g_free (fetch_in_vain (self));
  g_assert_cmpuint (count_files (self), ==, 0);

  answer.bytes = self->bytes;
  fetch_server_set (self->server, answer);
  fetch (self);
}

static gboolean
refuse (const char *path, GError **error)
{
  g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH, "it is too blue");
  return FALSE;
}

static void
test_check (Fixture *self, gconstpointer unused)
{
  g_autofree char *message = NULL;

  self->source.check = refuse;
  message = fetch_in_vain (self);
  g_assert_nonnull (strstr (message, "it is too blue"));
  g_assert_cmpuint (count_files (self), ==, 0);
}

static void
test_wrong_length (Fixture *self, gconstpointer unused)
{
  static const gsize lengths[] = { 0, SIZE - 1, SIZE + 1, 2 * SIZE };
  FetchAnswer answer = fetch_server_get (self->server);

  for (guint chunked = 0; chunked < 2; chunked++)
    for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
      {
        g_autoptr (GBytes) other = make_bytes (1, lengths[i]);

        answer.bytes = other;
        answer.chunked = chunked;
        fetch_server_set (self->server, answer);
        g_free (fetch_in_vain (self));
        /* A body that ends early without a promised length is a broken connection. */
        if (chunked && lengths[i] < SIZE)
          {
            g_assert_cmpuint (measure (self->part), ==, lengths[i]);
            g_unlink (self->part);
          }
        else
          g_assert_cmpuint (measure (self->part), ==, 0);
      }
}

static void
test_chunked (Fixture *self, gconstpointer unused)
{
  FetchAnswer answer = fetch_server_get (self->server);

  answer.chunked = TRUE;
  fetch_server_set (self->server, answer);
  fetch (self);
}

static void
test_status (Fixture *self, gconstpointer unused)
{
  static const guint statuses[] = { 404, 403, 500, 503, 304, 204 };
  FetchAnswer answer = fetch_server_get (self->server);

  break_off (self);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autofree char *message = NULL;
      g_autofree char *number = g_strdup_printf ("%u", statuses[i]);

      answer.status = statuses[i];
      fetch_server_set (self->server, answer);
      message = fetch_in_vain (self);
      g_assert_nonnull (strstr (message, number));
      /* What had arrived is not lost to a server that is ill. */
      g_assert_cmpuint (measure (self->part), ==, 100000);
    }
  answer.status = 0;
  fetch_server_set (self->server, answer);
  fetch (self);
  g_assert_cmpuint (fetch_server_get_sent (self->server), ==, SIZE - 100000);
}

typedef struct
{
  Fixture *fixture;
  GCancellable *cancellable;
} Canceller;

/* Once all that the server gives has arrived. */
static gpointer
cancel_later (gpointer data)
{
  Canceller *self = data;

  while (measure (self->fixture->part) < 100000)
    g_usleep (1000);
  g_cancellable_cancel (self->cancellable);
  return NULL;
}

static void
test_cancel (Fixture *self, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  FetchAnswer answer = fetch_server_get (self->server);
  Canceller canceller = { self, cancellable };
  GThread *thread;

  answer.break_after = 100000;
  answer.stalls = TRUE;
  fetch_server_set (self->server, answer);
  thread = g_thread_new ("canceller", cancel_later, &canceller);
  g_assert_false (mien_fetch (&self->source, self->path, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_assert_cmpuint (measure (self->part), ==, 100000);

  answer.break_after = 0;
  fetch_server_set (self->server, answer);
  fetch (self);
  g_assert_cmpuint (fetch_server_get_sent (self->server), ==, SIZE - 100000);
}

static void
test_cancelled_before (Fixture *self, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (mien_fetch (&self->source, self->path, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_files (self), ==, 0);
}

/* More than any disk holds: told before a byte is requested. */
static void
test_no_room (Fixture *self, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  self->source.size = G_GUINT64_CONSTANT (1) << 62;
  g_assert_false (mien_fetch (&self->source, self->path, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
  g_assert_cmpuint (fetch_server_count (self->server), ==, 0);
  g_assert_cmpuint (count_files (self), ==, 0);
}

/* The system refuses to let the file grow, as a full disk does. */
static void
test_disk_full (Fixture *self, gconstpointer unused)
{
  struct rlimit before, limit;
  g_autoptr (GError) error = NULL;
  gboolean done;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 123456;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  done = mien_fetch (&self->source, self->path, NULL, NULL, NULL, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_false (done);
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH);
  g_assert_nonnull (strstr (error->message, self->part));
  g_assert_cmpuint (measure (self->part), ==, 123456);

  fetch (self);
  g_assert_cmpuint (fetch_server_get_sent (self->server), ==, SIZE - 123456);
}

static void
test_no_network (Fixture *self, gconstpointer unused)
{
  fetch_server_free (self->server);
  self->server = NULL;
  g_free (fetch_in_vain (self));
  g_assert_cmpuint (count_files (self), ==, 0);
  self->server = fetch_server_new ();
}

static void
test_at_once (Fixture *self, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  FILE *other;

  break_off (self);
  other = g_fopen (self->part, "r");
  g_assert_nonnull (other);
  g_assert_cmpint (flock (fileno (other), LOCK_EX | LOCK_NB), ==, 0);
  g_assert_false (mien_fetch (&self->source, self->path, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH);
  g_assert_cmpuint (fetch_server_count (self->server), ==, 1);
  g_assert_cmpuint (measure (self->part), ==, 100000);
  fclose (other);
  fetch (self);
}

/* A part may be whole already when the program ends. */
static void
test_whole_part (Fixture *self, gconstpointer unused)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  g_assert_true (
    g_file_set_contents (self->part, g_bytes_get_data (self->bytes, NULL), SIZE, NULL));
  fetch (self);
  g_assert_cmpuint (fetch_server_count (self->server), ==, 0);
}

static void
test_part_too_long (Fixture *self, gconstpointer unused)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *zeros = g_malloc0 (SIZE + 1);

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (self->part, zeros, SIZE + 1, NULL));
  fetch (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* A proxy is for other computers' addresses. */
  g_unsetenv ("http_proxy");
  g_unsetenv ("all_proxy");

#define ADD(name, data, func) g_test_add ("/fetch/" name, Fixture, data, set_up, func, tear_down)
  ADD ("whole", NULL, test_whole);
  ADD ("md5", NULL, test_md5);
  ADD ("damaged", NULL, test_damaged);
  ADD ("redirect", NULL, test_redirect);
  ADD ("redirect-refused", NULL, test_redirect_refused);
  ADD ("address-refused", NULL, test_address_refused);
  ADD ("resume", NULL, test_resume);
  ADD ("resume-twice", NULL, test_resume_twice);
  ADD ("no-ranges", NULL, test_no_ranges);
  ADD ("range-refused", NULL, test_range_refused);
  ADD ("no-tag", NULL, test_no_tag);
  ADD ("weak-tag", "W/\"one\"", test_no_tag);
  ADD ("changed", NULL, test_changed);
  ADD ("wrong-content", NULL, test_wrong_content);
  ADD ("check", NULL, test_check);
  ADD ("wrong-length", NULL, test_wrong_length);
  ADD ("chunked", NULL, test_chunked);
  ADD ("status", NULL, test_status);
  ADD ("cancel", NULL, test_cancel);
  ADD ("cancelled-before", NULL, test_cancelled_before);
  ADD ("no-room", NULL, test_no_room);
  ADD ("disk-full", NULL, test_disk_full);
  ADD ("no-network", NULL, test_no_network);
  ADD ("at-once", NULL, test_at_once);
  ADD ("whole-part", NULL, test_whole_part);
  ADD ("part-too-long", NULL, test_part_too_long);
#undef ADD

  return g_test_run ();
}
