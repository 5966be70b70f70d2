/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "session-fixture.h"
#include "train/mien-estimate.h"
#include "train/mien-feature-cache.h"
#include "train/mien-feature-id.h"
#include "train/mien-feature-maker.h"
#include "train/mien-features.h"

/* The session fixture with the first two of eight convolutions frozen, and a cache of its own. */
typedef struct
{
  SessionFixture session;
  char *cache;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  session_fixture_set_up (&self->session, data);
  self->session.settings->frozen_convolutions = 2;
  self->session.settings->epochs = 3;
  self->cache = g_build_filename (self->session.folder, "cache", NULL);
  g_setenv ("MIEN_FEATURE_CACHE", self->cache, TRUE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_free (self->cache);
  session_fixture_tear_down (&self->session, data);
}

/* Lets the following trainings find another cache. */
static void
use_cache (Fixture *self, const char *name)
{
  g_free (self->cache);
  self->cache = g_build_filename (self->session.folder, name, NULL);
  g_setenv ("MIEN_FEATURE_CACHE", self->cache, TRUE);
}

static VggNetwork *
make_network (const MienSettings *settings)
{
  g_autoptr (GError) error = NULL;
  VggArchitecture architecture = settings->architecture;
  VggNetwork *network;

  architecture.n_classes = N_COLOURS;
  network = vgg_network_new (&architecture, &error);
  g_assert_no_error (error);
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 5);
  vgg_network_freeze (network, settings->frozen_convolutions);
  return network;
}

/* What is computed for a picture is the same in whatever company it is, and at whatever place:
 * otherwise a training's bits would depend on what was in the cache before it. */
static void
test_company (Fixture *self, gconstpointer data)
{
  static const struct
  {
    guint depth, size, frozen;
    gboolean batch_norm;
    guint width_eighths;
  } table[] = {
    { 11, 32, 1, TRUE, 1 },  { 11, 48, 4, FALSE, 2 },  { 19, 48, 16, FALSE, 4 },
    { 16, 80, 13, TRUE, 3 }, { 19, 96, 12, FALSE, 8 },
  };

  for (guint t = 0; t < G_N_ELEMENTS (table); t++)
    {
      MienSettings *settings = self->session.settings;
      g_autoptr (VggNetwork) network = NULL;
      g_autoptr (MienFeatureMaker) maker = NULL;
      g_autoptr (GError) error = NULL;
      MienFeatureTask tasks[MIEN_FEATURE_BATCH];
      const guint16 *features[MIEN_FEATURE_BATCH];
      GError *errors[MIEN_FEATURE_BATCH];
      g_autofree guint16 *together = NULL;
      MienPreprocessing preprocessing;
      gsize length;

      settings->architecture.depth = table[t].depth;
      settings->architecture.batch_norm = table[t].batch_norm;
      settings->architecture.width_eighths = table[t].width_eighths;
      settings->architecture.input_width = table[t].size;
      settings->architecture.input_height = table[t].size;
      settings->frozen_convolutions = table[t].frozen;
      mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_IMAGENET_255);
      network = make_network (settings);
      length = vgg_network_get_feature_length (network);
      maker = mien_feature_maker_new (self->session.dataset, settings, &preprocessing, network,
                                      &error);
      g_assert_no_error (error);

      for (guint i = 0; i < MIEN_FEATURE_BATCH; i++)
        tasks[i] = (MienFeatureTask){ .index = i / 3, .augmented = i != 1, .variant = i % 3 };
      mien_feature_maker_run (maker, tasks, MIEN_FEATURE_BATCH, features, errors);
      together = g_new (guint16, MIEN_FEATURE_BATCH * length);
      for (guint i = 0; i < MIEN_FEATURE_BATCH; i++)
        memcpy (together + i * length, features[i], length * sizeof *together);
      g_assert_cmpint (memcmp (together, together + length, length * sizeof *together), !=, 0);

      for (guint n = 1; n < MIEN_FEATURE_BATCH; n += 2)
        for (guint begin = 0; begin + n <= MIEN_FEATURE_BATCH; begin += n)
          {
            mien_feature_maker_run (maker, tasks + begin, n, features, errors);
            for (guint i = 0; i < n; i++)
              g_assert_cmpmem (features[i], length * sizeof *together,
                               together + (begin + i) * length, length * sizeof *together);
          }
    }
}

static void
train (Fixture *self, const char *run, gboolean computes_again)
{
  g_autoptr (MienSession) session = session_fixture_make (&self->session, run);
  MienSessionSnapshot snapshot;

  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  mien_session_get_snapshot (session, &snapshot);
  g_assert_cmpint (snapshot.computes_again, ==, computes_again);
}

/* The files of the cache, one after the other. */
static GPtrArray *
list_sets (Fixture *self)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (self->cache, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (paths, g_build_filename (self->cache, name, NULL));
  return paths;
}

static gboolean
log_says (const char *run, const char *text)
{
  g_autofree char *path = g_build_filename (run, "log.txt", NULL);
  g_autofree char *log = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &log, NULL, &error);
  g_assert_no_error (error);
  return strstr (log, text) != NULL;
}

static void
assert_same (const char *first, const char *second)
{
  g_assert_true (session_same_tensors (first, second, "checkpoint.safetensors"));
}

/* Computed first, found, and nowhere to keep them: the same bits. */
static void
test_same_bits (Fixture *self, gconstpointer data)
{
  g_autofree char *warm = g_build_filename (self->session.folder, "warm", NULL);
  g_autofree char *none = g_build_filename (self->session.folder, "none", NULL);
  g_autofree char *limited = g_build_filename (self->session.folder, "limited", NULL);
  g_autoptr (GPtrArray) sets = NULL;

  /* Records of 8 KiB: more than the limit below holds. */
  self->session.settings->frozen_convolutions = 1;
  train (self, self->session.run, FALSE);
  /* 33 training pictures in four variants, 15 validation pictures. */
  g_assert_true (log_says (self->session.run, "computed 147 features"));
  sets = list_sets (self);
  g_assert_cmpuint (sets->len, ==, 2);

  train (self, warm, FALSE);
  g_assert_false (log_says (warm, "computed"));
  assert_same (self->session.run, warm);

  /* A file where the folder should be. */
  use_cache (self, "no-folder");
  train_fixture_write_file (self->session.folder, "no-folder", "");
  train (self, none, TRUE);
  assert_same (self->session.run, none);

  /* The limit is reached on the way. */
  use_cache (self, "small");
  self->session.settings->cache.limit = 1;
  train (self, limited, TRUE);
  g_assert_true (log_says (limited, "limit"));
  g_assert_cmpuint (mien_feature_cache_measure (), <=, 1 << 20);
  assert_same (self->session.run, limited);
}

/* Another process writes to the set: what it has is read, the rest is computed. */
static void
test_second_training (Fixture *self, gconstpointer data)
{
  g_autofree char *second = g_build_filename (self->session.folder, "second", NULL);
  g_autoptr (GPtrArray) sets = NULL;
  g_autoptr (GError) error = NULL;

  train (self, self->session.run, FALSE);
  sets = list_sets (self);
  for (guint i = 0; i < sets->len; i++)
    g_assert_cmpint (truncate (g_ptr_array_index (sets, i), 150000), ==, 0);
  {
    const guint8 id[32] = { 0 };
    g_autofree char *path = g_strdup (g_ptr_array_index (sets, 0));
    g_autofree char *saved = NULL;
    g_autoptr (MienFeatureSet) holder = NULL;
    gsize size;

    /* Opening it with another id would replace it: only the lock is wanted. */
    g_assert_true (g_file_get_contents (path, &saved, &size, &error));
    holder = mien_feature_set_open (path, id, 1, TRUE, &error);
    g_assert_no_error (error);
    {
      int fd = g_open (path, O_WRONLY | O_TRUNC | O_CLOEXEC, 0);

      g_assert_cmpint (write (fd, saved, size), ==, (gssize) size);
      close (fd);
    }
    train (self, second, TRUE);
    g_assert_true (log_says (second, "Another training"));
  }
  assert_same (self->session.run, second);
}

/* Bits turned all over the files between two trainings. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autofree char *second = g_build_filename (self->session.folder, "second", NULL);
  g_autofree char *third = g_build_filename (self->session.folder, "third", NULL);
  g_autoptr (GPtrArray) sets = NULL;

  train (self, self->session.run, FALSE);
  sets = list_sets (self);
  for (guint i = 0; i < sets->len; i++)
    {
      int fd = g_open (g_ptr_array_index (sets, i), O_RDWR | O_CLOEXEC, 0);
      goffset end = lseek (fd, 0, SEEK_END);

      for (goffset offset = 65536 + 70; offset < end; offset += 21113)
        g_assert_cmpint (pwrite (fd, "\x55", 1, offset), ==, 1);
      close (fd);
    }
  train (self, second, FALSE);
  assert_same (self->session.run, second);
  train (self, third, FALSE);
  g_assert_false (log_says (third, "computed"));
  assert_same (self->session.run, third);
}

static void
wait_for (MienSession *session, MienSessionState state)
{
  MienSessionSnapshot snapshot;

  do
    {
      g_usleep (200);
      mien_session_get_snapshot (session, &snapshot);
    }
  while (snapshot.state != state && mien_session_is_running (session));
}

/* Stopped while features are computed, and in an epoch; gone on with, once with what is kept and
 * once without: the bits of a training that was never stopped. */
static void
test_resume (Fixture *self, gconstpointer data)
{
  g_autofree char *whole = g_build_filename (self->session.folder, "whole", NULL);

  self->session.settings->epochs = 6;
  use_cache (self, "whole-cache");
  train (self, whole, FALSE);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *run = g_strdup_printf ("%s-%u", self->session.run, i);
      g_autofree char *cache = g_strdup_printf ("cache-%u", i);
      g_autoptr (MienSession) first = NULL;
      g_autoptr (MienSession) second = NULL;
      g_autoptr (MienSession) third = NULL;

      use_cache (self, cache);
      first = session_fixture_make (&self->session, run);
      mien_session_start (first);
      wait_for (first, MIEN_SESSION_COMPUTING);
      mien_session_stop (first);
      mien_session_wait (first);
      g_assert_cmpuint (session_count_epochs (first), <, 6);

      second = session_fixture_resume (&self->session, run);
      mien_session_start (second);
      session_wait_for_epoch (second, 2);
      mien_session_stop (second);
      mien_session_wait (second);

      if (i == 1)
        use_cache (self, "another-cache");
      third = session_fixture_resume (&self->session, run);
      g_assert_cmpint (session_run_to_end (third), ==, MIEN_SESSION_FINISHED);
      assert_same (whole, run);
    }
}

/* The phase pauses and says how far it is. */
static void
test_pause (Fixture *self, gconstpointer data)
{
  MienSettings *settings = self->session.settings;
  g_autoptr (MienSession) session = NULL;
  MienSessionSnapshot before, after;

  /* Enough work for the pause to come in time. */
  settings->architecture.width_eighths = 4;
  settings->architecture.input_width = 64;
  settings->architecture.input_height = 64;
  settings->epochs = 1;
  session = session_fixture_make (&self->session, self->session.run);
  mien_session_start (session);
  wait_for (session, MIEN_SESSION_COMPUTING);
  mien_session_pause (session);
  wait_for (session, MIEN_SESSION_PAUSED);
  mien_session_get_snapshot (session, &before);
  g_usleep (30000);
  mien_session_get_snapshot (session, &after);
  g_assert_cmpint (after.state, ==, MIEN_SESSION_PAUSED);
  g_assert_cmpuint (before.preparing.total, ==, 147);
  g_assert_cmpuint (before.preparing.done, >, 0);
  g_assert_cmpuint (before.preparing.done, <, 147);
  g_assert_cmpuint (after.preparing.done, ==, before.preparing.done);
  g_assert_cmpuint (after.epoch, ==, 0);
  mien_session_go_on (session);
  mien_session_wait (session);
  mien_session_get_snapshot (session, &after);
  g_assert_cmpint (after.state, ==, MIEN_SESSION_FINISHED);
}

/* Where the first convolution trains, or the cache is switched off, there is neither phase nor
 * file. */
static void
test_unused (Fixture *self, gconstpointer data)
{
  g_autofree char *second = g_build_filename (self->session.folder, "second", NULL);

  self->session.settings->frozen_convolutions = 0;
  train (self, self->session.run, FALSE);
  self->session.settings->frozen_convolutions = 2;
  self->session.settings->cache.enabled = FALSE;
  train (self, second, FALSE);
  g_assert_false (log_says (self->session.run, "features"));
  g_assert_false (log_says (second, "features"));
  g_assert_false (g_file_test (self->cache, G_FILE_TEST_EXISTS));
}

/* Which features a training of the data set would have to compute now. */
static guint
count_missing (Fixture *self, MienDataset *dataset)
{
  MienPreprocessing preprocessing;
  g_autoptr (VggNetwork) network = make_network (self->session.settings);
  g_autoptr (MienFeatures) features = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_UNIT);
  features = mien_features_new (dataset, self->session.settings, &preprocessing, network);
  g_assert_true (mien_features_begin_fill (features, &error));
  g_assert_no_error (error);
  n = mien_features_get_n_missing (features);
  while (mien_features_fill (features))
    ;
  g_assert_cmpuint (mien_features_get_n_filled (features), ==, n);
  g_assert_null (mien_features_get_notice (features));
  return n;
}

/* One picture more costs that picture; another seed costs the variants; other frozen weights,
 * sizes or ranges cost everything, and a label or an epoch nothing. */
static void
test_keys (Fixture *self, gconstpointer data)
{
  MienSettings *settings = self->session.settings;
  g_autofree char *added = g_build_filename (self->session.pictures, "train", "red", "new.png",
                                             NULL);
  g_autoptr (MienDataset) larger = NULL;

  g_assert_cmpuint (count_missing (self, self->session.dataset), ==, 147);
  g_assert_cmpuint (count_missing (self, self->session.dataset), ==, 0);
  train_fixture_write_picture (added, 90, 40, 30, 77);
  larger = train_fixture_scan (self->session.pictures);
  g_assert_cmpuint (count_missing (self, larger), ==, 4);
  g_assert_cmpuint (count_missing (self, self->session.dataset), ==, 0);

  settings->cache.variants = 6;
  g_assert_cmpuint (count_missing (self, larger), ==, 34 * 2);
  settings->cache.variants = 4;
  settings->epochs = 90;
  settings->optimizer.learning_rate = 0.5f;
  g_assert_cmpuint (count_missing (self, larger), ==, 0);

  settings->seed = 1000;
  g_assert_cmpuint (count_missing (self, larger), ==, 34 * 4);
  settings->augmentation.zoom += 0.01;
  g_assert_cmpuint (count_missing (self, larger), ==, 34 * 4);
  settings->augmentation.cut_out = 0.25;
  g_assert_cmpuint (count_missing (self, larger), ==, 34 * 4);
  settings->augmentation.cut_out = 0;
  g_assert_cmpuint (count_missing (self, larger), ==, 0);
  settings->frozen_convolutions = 1;
  g_assert_cmpuint (count_missing (self, larger), ==, 34 * 4 + 15);
  settings->architecture.input_width = 48;
  g_assert_cmpuint (count_missing (self, larger), ==, 34 * 4 + 15);

  /* One variant is the picture as it is, as for validation. */
  settings->cache.variants = 1;
  g_assert_cmpuint (count_missing (self, larger), ==, 34);
  mien_augmentation_init_none (&settings->augmentation);
  settings->cache.variants = 4;
  g_assert_cmpuint (count_missing (self, larger), ==, 0);
}

/* In as many epochs as there are variants a picture is seen in each of them, pictures in different
 * orders; then all over again. */
static void
test_variants (Fixture *self, gconstpointer data)
{
  MienSettings *settings = self->session.settings;
  guint n_orders = 0;

  settings->cache.variants = 5;
  for (guint i = 0; i < 20; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self->session.dataset, i);
      guint seen = 0;

      for (guint epoch = 1; epoch <= 5; epoch++)
        {
          guint variant = mien_feature_choose_variant (settings, picture, epoch);

          g_assert_cmpuint (variant, <, 5);
          seen |= 1u << variant;
          n_orders += variant != epoch - 1;
          g_assert_cmpuint (mien_feature_choose_variant (settings, picture, epoch + 5), ==,
                            variant);
        }
      g_assert_cmpuint (seen, ==, 31);
    }
  g_assert_cmpuint (n_orders, >, 40);
}

/* Classes drawn alike: the pictures come in the order of a loader that does so, and one that comes
 * again in an epoch is seen in another variant. */
static void
test_balanced (Fixture *self, gconstpointer data)
{
  MienSettings *settings = self->session.settings;
  MienDataset *dataset = self->session.dataset;
  g_autofree guint *indices = NULL;
  g_autoptr (MienOrder) order = NULL;
  g_autoptr (VggNetwork) network = NULL;
  g_autoptr (MienFeatures) features = NULL;
  g_autoptr (GError) error = NULL;
  MienPreprocessing preprocessing;
  guint n, n_repeats = 0;

  settings->balance = MIEN_BALANCE_SAMPLING;
  indices = mien_dataset_list_split (dataset, MIEN_SPLIT_TRAIN, &n);
  order = mien_order_new (MIEN_ORDER_BALANCED, dataset, indices, n);
  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_IMAGENET_255);
  network = make_network (settings);
  features = mien_features_new (dataset, settings, &preprocessing, network);
  mien_features_begin_fill (features, &error);
  g_assert_no_error (error);
  while (mien_features_fill (features))
    ;
  mien_features_end_fill (features);

  for (guint epoch = 1; epoch <= 3; epoch++)
    {
      const MienFeatureBatch *batch;
      g_autoptr (GHashTable) first = g_hash_table_new (NULL, NULL);
      guint position = 0;

      mien_order_draw (order, settings->seed, epoch);
      mien_features_start (features, MIEN_SPLIT_TRAIN, epoch);
      while (mien_features_next (features, &batch, &error) && batch != NULL)
        for (guint i = 0; i < batch->n; i++, position++)
          {
            const guint entry = order->entries[position];
            gpointer key = GUINT_TO_POINTER (entry + 1);

            g_assert_cmpuint (batch->labels[i], ==,
                              mien_dataset_get_picture (dataset, indices[entry])->class_index);
            if (order->repeats[position] == 0)
              g_hash_table_insert (first, key, (gpointer) batch->features[i]);
            if (order->repeats[position] == 1)
              {
                g_assert_true (g_hash_table_lookup (first, key) != batch->features[i]);
                n_repeats++;
              }
          }
      g_assert_no_error (error);
      g_assert_cmpuint (position, ==, n);
    }
  g_assert_cmpuint (n_repeats, >, 5);
}

/* A picture that went away before its features were computed is left out and told once; one whose
 * features are kept is not missed. */
static void
test_lost_pictures (Fixture *self, gconstpointer data)
{
  g_autofree char *lost = g_build_filename (self->session.pictures, "train", "red", "003.png",
                                            NULL);
  g_autofree char *later = g_build_filename (self->session.pictures, "train", "red", "004.png",
                                             NULL);
  g_autofree char *second = g_build_filename (self->session.folder, "second", NULL);
  g_autoptr (MienSession) session = NULL;
  g_autoptr (MienSession) again = NULL;
  MienSessionSnapshot snapshot;

  /* A mean of the pictures would change with them. */
  self->session.settings->preprocessing = MIEN_PREPROCESSING_UNIT;
  g_assert_cmpint (g_remove (lost), ==, 0);
  session = session_fixture_make (&self->session, self->session.run);
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  mien_session_get_snapshot (session, &snapshot);
  g_assert_cmpuint (snapshot.n_skipped, ==, 1);
  g_assert_true (log_says (self->session.run, lost));

  g_assert_cmpint (g_remove (later), ==, 0);
  again = session_fixture_make (&self->session, second);
  g_assert_cmpint (session_run_to_end (again), ==, MIEN_SESSION_FINISHED);
  g_assert_false (log_says (second, later));
  assert_same (self->session.run, second);
}

/* Frozen layers keep nothing for a step then: the announced memory is less. */
static void
test_estimate (Fixture *self, gconstpointer data)
{
  MienSettings *settings = self->session.settings;
  MienEstimate with, without;
  g_autoptr (GError) error = NULL;

  settings->architecture.input_width = settings->architecture.input_height = 224;
  settings->frozen_convolutions = 6;
  settings->batch = 32;
  g_assert_true (mien_estimate_settings (settings, 3, &with, &error));
  settings->cache.enabled = FALSE;
  g_assert_true (mien_estimate_settings (settings, 3, &without, &error));
  g_assert_cmpuint (with.bytes, <, without.bytes);
  /* VGG11's block 4 has 64 channels at an eighth; its pool leaves 14 x 14. */
  g_assert_cmpuint (with.feature_bytes, ==, 64 * 14 * 14 * 2);
  g_assert_cmpuint (without.feature_bytes, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/features/company", test_company);
  ADD ("/features/balanced", test_balanced);
  ADD ("/features/same-bits", test_same_bits);
  ADD ("/features/second-training", test_second_training);
  ADD ("/features/damaged", test_damaged);
  ADD ("/features/resume", test_resume);
  ADD ("/features/pause", test_pause);
  ADD ("/features/unused", test_unused);
  ADD ("/features/keys", test_keys);
  ADD ("/features/variants", test_variants);
  ADD ("/features/lost-pictures", test_lost_pictures);
  ADD ("/features/estimate", test_estimate);

  return g_test_run ();
}
