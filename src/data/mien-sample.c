/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-sample.h"

#include <errno.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/mien-data-error.h"
#include "data/mien-folder.h"
#include "data/mien-sample-face.h"

#define SEED 20130613
#define N_TRAIN 200 /* a class */
#define N_TEST 60   /* a class */
#define N_PICTURES (MIEN_N_EMOTIONS * (N_TRAIN + N_TEST))
#define JPEG_QUALITY "90"
#define BROKEN_BYTES 256 /* ends within the JPEG header: no reader can make a picture of it */
#define REPORT_INTERVAL (G_USEC_PER_SEC / 10)

/* By this file a folder is known again as a sample; hidden, so that no scan takes it for a picture.
 */
#define MARKER ".mien-sample"
#define MARKER_TEXT "The sample data set of Mien: drawn faces, free for any use (CC0 1.0).\n"

static const char *const emotion_names[MIEN_N_EMOTIONS] = { "anger", "joy", "sadness" };

static const char broken_name[] = "train/joy/broken.jpg";
static const char duplicate_name[] = "train/sadness/duplicate-of-sadness-007.jpg";
static const char broken_source[] = "train/joy/joy-001.jpg";
static const char duplicate_source[] = "train/sadness/sadness-007.jpg";

/* What the two drawing threads share. */
typedef struct
{
  const char *directory;
  GCancellable *cancellable;
  guint next;    /* atomic: number of the next picture to draw */
  guint done;    /* atomic */
  GError *error; /* of the helping thread, read once it is joined */
} Work;

/* Relative name of a picture, the classes in turn, training first. */
static char *
picture_name (guint number)
{
  guint emotion = number % MIEN_N_EMOTIONS;
  guint index = number / MIEN_N_EMOTIONS;
  gboolean train = index < N_TRAIN;

  return g_strdup_printf ("%s/%s/%s-%03u.jpg", train ? "train" : "test", emotion_names[emotion],
                          emotion_names[emotion], (train ? index : index - N_TRAIN) + 1);
}

static gboolean
write_file (const char *directory, const char *name, const char *data, gsize length, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  int reason = mien_folder_write_file (path, data, length);

  if (reason != 0)
    mien_folder_set_write_error (path, reason, error);
  return reason == 0;
}

static gboolean
write_picture (const char *directory, guint number, GError **error)
{
  g_autofree char *name = picture_name (number);
  g_autofree char *data = NULL;
  g_autoptr (GdkPixbuf) picture = NULL;
  gsize length;
  VggRandom random;

  /* A stream of its own: what a picture shows does not depend on the thread that draws it. */
  vgg_random_init_stream (&random, SEED, number % MIEN_N_EMOTIONS, number / MIEN_N_EMOTIONS);
  picture = mien_sample_picture_new (number % MIEN_N_EMOTIONS, &random);
  if (!gdk_pixbuf_save_to_buffer (picture, &data, &length, "jpeg", error, "quality", JPEG_QUALITY,
                                  NULL))
    return FALSE;

  return write_file (directory, name, data, length, error);
}

/* Draws one picture after another until none is left; FALSE after an error. */
static gboolean
work_one (Work *work, gboolean *more, GError **error)
{
  guint number;

  *more = FALSE;
  if (g_cancellable_set_error_if_cancelled (work->cancellable, error))
    return FALSE;
  number = g_atomic_int_add (&work->next, 1);
  if (number >= N_PICTURES)
    return TRUE;
  if (!write_picture (work->directory, number, error))
    {
      /* Nothing is left to do for the other thread either. */
      g_atomic_int_set (&work->next, N_PICTURES);
      return FALSE;
    }
  g_atomic_int_inc (&work->done);
  *more = TRUE;
  return TRUE;
}

static gpointer
help (gpointer data)
{
  Work *work = data;
  gboolean more = TRUE;

  while (more && work_one (work, &more, &work->error))
    ;
  return NULL;
}

static gboolean
write_pictures (const char *directory,
                MienProgressFunc progress,
                gpointer user_data,
                GCancellable *cancellable,
                GError **error)
{
  Work work = { directory, cancellable, 0, 0, NULL };
  MienProgress report = { _ ("Drawing faces"), 0, N_PICTURES };
  GThread *helper = g_thread_new ("mien-sample", help, &work);
  gint64 reported = 0;
  gboolean more = TRUE;
  gboolean drawn = TRUE;

  while (more && (drawn = work_one (&work, &more, error)))
    {
      gint64 now = g_get_monotonic_time ();

      if (progress != NULL && now - reported >= REPORT_INTERVAL)
        {
          report.done = g_atomic_int_get (&work.done);
          progress (&report, user_data);
          reported = now;
        }
    }
  g_thread_join (helper);

  if (work.error != NULL)
    {
      if (drawn)
        g_propagate_error (error, work.error);
      else
        g_error_free (work.error);
      return FALSE;
    }
  if (!drawn)
    return FALSE;

  if (progress != NULL)
    {
      report.done = N_PICTURES;
      progress (&report, user_data);
    }
  return TRUE;
}

static gboolean
make_folders (const char *directory, GError **error)
{
  static const char *const splits[] = { "train", "test" };

  for (guint i = 0; i < G_N_ELEMENTS (splits); i++)
    for (guint emotion = 0; emotion < MIEN_N_EMOTIONS; emotion++)
      {
        g_autofree char *path = g_build_filename (directory, splits[i], emotion_names[emotion],
                                                  NULL);

        if (g_mkdir_with_parents (path, 0777) != 0)
          {
            mien_folder_set_write_error (path, errno, error);
            return FALSE;
          }
      }
  return TRUE;
}

/* The two files that the list of issues is to show: a picture cut off, and one that is there twice.
 */
static gboolean
write_flawed (const char *directory, GError **error)
{
  static const struct
  {
    const char *source, *name;
    gsize length;
  } flawed[] = {
    { broken_source, broken_name, BROKEN_BYTES },
    { duplicate_source, duplicate_name, G_MAXSIZE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (flawed); i++)
    {
      g_autofree char *path = g_build_filename (directory, flawed[i].source, NULL);
      g_autofree char *data = NULL;
      gsize length;

      if (!g_file_get_contents (path, &data, &length, error) ||
          !write_file (directory, flawed[i].name, data, MIN (length, flawed[i].length), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_all (const char *directory,
           MienProgressFunc progress,
           gpointer user_data,
           GCancellable *cancellable,
           GError **error)
{
  return make_folders (directory, error) &&
         write_pictures (directory, progress, user_data, cancellable, error) &&
         write_flawed (directory, error) &&
         write_file (directory, MARKER, MARKER_TEXT, strlen (MARKER_TEXT), error);
}

/* Removes the files that a sample may hold, and the folders that are empty then; nothing else. */
static void
remove_sample (const char *directory)
{
  static const char *const folders[] = { "train", "test" };

  for (guint number = 0; number < N_PICTURES; number++)
    {
      g_autofree char *name = picture_name (number);
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_unlink (path);
    }
  {
    g_autofree char *broken = g_build_filename (directory, broken_name, NULL);
    g_autofree char *duplicate = g_build_filename (directory, duplicate_name, NULL);
    g_autofree char *marker = g_build_filename (directory, MARKER, NULL);

    g_unlink (broken);
    g_unlink (duplicate);
    g_unlink (marker);
  }
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *split = g_build_filename (directory, folders[i], NULL);

      for (guint emotion = 0; emotion < MIEN_N_EMOTIONS; emotion++)
        {
          g_autofree char *path = g_build_filename (split, emotion_names[emotion], NULL);

          g_rmdir (path);
        }
      g_rmdir (split);
    }
  g_rmdir (directory);
}

/* Every name that a sample holds, folders too; the set owns the names. */
static GHashTable *
list_sample_names (void)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_hash_table_add (names, g_strdup (MARKER));
  g_hash_table_add (names, g_strdup (broken_name));
  g_hash_table_add (names, g_strdup (duplicate_name));
  for (guint number = 0; number < N_PICTURES; number++)
    {
      char *name = picture_name (number);

      /* "train/joy/joy-001.jpg" lies in "train/joy", and that in "train". */
      g_hash_table_add (names, name);
      g_hash_table_add (names, g_path_get_dirname (name));
      g_hash_table_add (names, g_strndup (name, strcspn (name, "/")));
    }
  return names;
}

/* FALSE with an error names the first thing under `relative` (NULL: the top) that is not the
 * sample's. */
static gboolean
check_only_sample (const char *directory, const char *relative, GHashTable *names, GError **error)
{
  g_autofree char *path = g_build_filename (directory, relative, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  const char *entry;

  if (dir == NULL)
    return FALSE;
  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name = relative != NULL ? g_build_filename (relative, entry, NULL)
                                               : g_strdup (entry);
      g_autofree char *full = g_build_filename (directory, name, NULL);
      gboolean link = g_file_test (full, G_FILE_TEST_IS_SYMLINK);

      if (link || !g_hash_table_contains (names, name))
        {
          g_autofree char *display = g_filename_display_name (full);

          g_set_error (
            error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
            _ ("“%s” is no part of the sample data set and would be lost. Choose another "
               "folder for the sample, or move the file away."),
            display);
          return FALSE;
        }
      if (g_file_test (full, G_FILE_TEST_IS_DIR) &&
          !check_only_sample (directory, name, names, error))
        return FALSE;
    }
  return TRUE;
}

/* Whether something may be written at `directory`; *replace: an earlier sample is there. */
static gboolean
check_destination (const char *directory, gboolean *replace, GError **error)
{
  g_autofree char *display = g_filename_display_name (directory);
  g_autofree char *marker = g_build_filename (directory, MARKER, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GHashTable) names = NULL;

  *replace = FALSE;
  if (!g_file_test (directory, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_test (directory, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("“%s” is a file. Choose a folder for the sample."), display);
      return FALSE;
    }
  dir = g_dir_open (directory, 0, error);
  if (dir == NULL)
    return FALSE;
  if (g_dir_read_name (dir) == NULL)
    return TRUE;
  if (!g_file_get_contents (marker, &text, NULL, NULL) || strcmp (text, MARKER_TEXT) != 0)
    {
      g_set_error (
        error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
        _ ("The folder “%s” is not empty. Choose an empty or a new folder for the sample."),
        display);
      return FALSE;
    }
  names = list_sample_names ();
  if (!check_only_sample (directory, NULL, names, error))
    return FALSE;
  *replace = TRUE;
  return TRUE;
}

/* Puts the finished folder in its place; an earlier sample steps aside first and comes back if that
 * fails. */
static gboolean
move_into_place (const char *temporary, const char *directory, gboolean replace, GError **error)
{
  g_autofree char *aside = g_strconcat (temporary, ".old", NULL);
  int reason;

  if (replace && g_rename (directory, aside) != 0)
    {
      mien_folder_set_write_error (directory, errno, error);
      return FALSE;
    }
  if (g_rename (temporary, directory) != 0)
    {
      reason = errno;
      if (replace)
        g_rename (aside, directory);
      mien_folder_set_write_error (directory, reason, error);
      return FALSE;
    }
  if (replace)
    remove_sample (aside);
  return TRUE;
}

/* Absolute, without a link at the end: a rename would replace the link, not the folder. */
static char *
resolve (const char *directory)
{
  char *resolved = realpath (directory, NULL);

  return resolved != NULL ? resolved : g_canonicalize_filename (directory, NULL);
}

/**
 * mien_sample_write:
 * @directory: where the sample is to be, file name encoding; made with its parents if it is not
 * there
 * @progress: (nullable): is told how far it is, on the calling thread
 * @user_data: for @progress
 * @cancellable: (nullable): ends it between two pictures
 * @error: return location for an error
 *
 * Writes the sample data set: drawn faces of the classes anger, joy and sadness, 96x96 JPEG, 200 a
 * class under `train` and 60 under `test`. On top of these, `train/joy/broken.jpg` is cut off and
 * `train/sadness/duplicate-of-sadness-007.jpg` is a copy, so that a scan has something to report.
 * The pictures are the same every time.
 *
 * The set is written beside @directory and renamed when it is complete, so that neither an error
 * nor @cancellable leaves a part of it. An empty folder is taken, and one that holds an earlier
 * sample (known by its file
 * `.mien-sample`) and nothing else is replaced, with what was missing or changed in it; every other
 * folder is refused and left as it is.
 *
 * Returns: %FALSE with a %MIEN_DATA_ERROR_FILE, a %GFileError or a %G_IO_ERROR_CANCELLED
 */
gboolean
mien_sample_write (const char *directory,
                   MienProgressFunc progress,
                   gpointer user_data,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *target = resolve (directory);
  g_autofree char *parent = g_path_get_dirname (target);
  g_autofree char *temporary = g_build_filename (parent, ".mien-sample-XXXXXX", NULL);
  gboolean replace;

  if (!check_destination (target, &replace, error))
    return FALSE;
  if (g_mkdir_with_parents (parent, 0777) != 0)
    {
      mien_folder_set_write_error (parent, errno, error);
      return FALSE;
    }
  if (g_mkdtemp_full (temporary, 0777) == NULL)
    {
      mien_folder_set_write_error (target, errno, error);
      return FALSE;
    }
  if (!write_all (temporary, progress, user_data, cancellable, error) ||
      !move_into_place (temporary, target, replace, error))
    {
      remove_sample (temporary);
      return FALSE;
    }
  return TRUE;
}
