/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "engine/vgg-tensor-file.h"
#include "fetch-server.h"
#include "train-fixture.h"
#include "train/mien-known-weights.h"
#include "train/mien-settings.h"
#include "train/mien-train-error.h"

/* Table 1 of the paper, column E: channels of the convolutions of each block. */
static const struct
{
  guint n, channels;
} blocks[] = { { 2, 64 }, { 2, 128 }, { 4, 256 }, { 4, 512 }, { 4, 512 } };

typedef struct
{
  const char *without; /* a tensor that is left out */
  const char *not_finite;
  const char *longer; /* a bias that has a value too many */
  const char *extra;  /* one tensor more */
} Fault;

static void
add (VggTensorFile *file, const Fault *fault, const char *name, guint n, const guint64 *dimensions)
{
  VggShape shape;
  VggTensor *tensor;

  if (g_strcmp0 (name, fault->without) == 0)
    return;
  g_assert_true (vgg_shape_init (&shape, n, dimensions));
  tensor = vgg_tensor_new (&shape);
  memset (tensor->data, 0, vgg_shape_elements (&shape) * sizeof (float));
  if (g_strcmp0 (name, fault->not_finite) == 0)
    tensor->data[vgg_shape_elements (&shape) - 1] = NAN;
  vgg_tensor_file_add (file, name, tensor);
  /* In half the bytes, which cannot say what is no number. */
  if (n == 4 && g_strcmp0 (name, fault->not_finite) != 0)
    vgg_tensor_file_set_half (file, name);
}

/* Weights of a VGG19, all 0, with a fault. */
static void
write_weights (const char *path, const Fault *fault)
{
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autoptr (GError) error = NULL;
  guint64 in = 3;

  for (guint b = 0; b < G_N_ELEMENTS (blocks); b++)
    for (guint i = 0; i < blocks[b].n; i++)
      {
        g_autofree char *kernel = g_strdup_printf ("block%u_conv%u.kernel", b + 1, i + 1);
        g_autofree char *bias = g_strdup_printf ("block%u_conv%u.bias", b + 1, i + 1);
        const guint64 out = blocks[b].channels;
        const gboolean longer = g_strcmp0 (bias, fault->longer) == 0;

        add (file, fault, kernel, 4, (guint64[]){ out, in, 3, 3 });
        add (file, fault, bias, 1, (guint64[]){ longer ? out + 1 : out });
        in = out;
      }
  if (fault->extra != NULL)
    add (file, fault, fault->extra, 1, (guint64[]){ 5 });
  vgg_tensor_file_save (file, path, &error);
  g_assert_no_error (error);
}

static void
test_content (void)
{
  static const struct
  {
    Fault fault;
    gboolean fine;
  } cases[] = {
    { { NULL }, TRUE },
    { { .without = "block5_conv4.kernel" }, FALSE },
    { { .without = "block3_conv4.bias", .extra = "something" }, FALSE },
    { { .longer = "block1_conv2.bias" }, FALSE },
    { { .not_finite = "block4_conv3.kernel" }, FALSE },
    { { .not_finite = "block1_conv1.bias" }, FALSE },
    { { .extra = "something" }, FALSE },
  };
  const MienKnownWeights *imagenet = mien_known_weights_get_imagenet ();
  char *folder = train_fixture_make_folder ();
  g_autofree char *path = g_build_filename (folder, "weights.part", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean fine;

      write_weights (path, &cases[i].fault);
      fine = imagenet->source.check (path, &error);
      g_assert_cmpint (fine, ==, cases[i].fine);
      g_assert_cmpint (error == NULL, ==, fine);
    }
  train_fixture_remove_folder (folder);
}

/* A page of a hotel's network, say. */
static void
test_no_weights (void)
{
  const MienKnownWeights *imagenet = mien_known_weights_get_imagenet ();
  char *folder = train_fixture_make_folder ();
  g_autofree char *path = g_build_filename (folder, "weights.part", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "<html>Room number?</html>", -1, NULL));
  g_assert_false (imagenet->source.check (path, &error));
  g_assert_nonnull (error);
  train_fixture_remove_folder (folder);
}

/* What the table says must hold together, as nothing else asks the real server. */
static void
test_table (void)
{
  guint n;
  const MienKnownWeights *all = mien_known_weights_get_all (&n);

  g_assert_cmpuint (n, ==, 1);
  for (guint i = 0; i < n; i++)
    {
      const MienFetchSource *source = &all[i].source;

      g_assert_true (mien_known_weights_find (all[i].name) == &all[i]);
      g_assert_true (g_str_has_prefix (source->address, "https://"));
      g_assert_true (g_str_has_suffix (source->address, all[i].file));
      g_assert_null (strchr (all[i].file, '/'));
      g_assert_cmpuint (strlen (source->digest), ==,
                        2 * g_checksum_type_get_length (source->digest_type));
      for (const char *p = source->digest; *p != '\0'; p++)
        g_assert_true (g_ascii_isxdigit (*p) && !g_ascii_isupper (*p));
      /* More than the 20024384 parameters of 4 bytes that are in it, by little. */
      g_assert_cmpuint (source->size, >, 4 * 20024384);
      g_assert_cmpuint (source->size, <, 4 * 20024384 + 65536);
      g_assert_nonnull (source->check);
    }
  g_assert_null (mien_known_weights_find ("resnet"));
}

static void
test_find (void)
{
  const MienKnownWeights *imagenet = mien_known_weights_get_imagenet ();
  g_autofree char *path = mien_known_weights_dup_path (imagenet);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (mien_weights_find_imagenet ());
  g_assert_null (mien_settings_new_for_backbone ("imagenet", &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "mien-cli fetch"));

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, "short", -1, NULL));
  g_assert_null (mien_weights_find_imagenet ());
  g_assert_cmpint (truncate (path, 80134624), ==, 0);
  found = mien_weights_find_imagenet ();
  g_assert_cmpstr (found, ==, path);
  g_unlink (path);
}

static void
test_mirror (void)
{
  const MienKnownWeights *imagenet = mien_known_weights_get_imagenet ();
  FetchServer *server = fetch_server_new ();
  g_autofree char *address = fetch_server_dup_address (server, "/mirror");
  g_autofree char *full = g_strdup_printf ("%s/%s", address, imagenet->file);
  g_autofree char *path = mien_known_weights_dup_path (imagenet);
  g_autofree char *beginning = g_malloc0 (1000);
  g_autoptr (GBytes) bytes = g_bytes_new_static (beginning, 1000);
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autofree char *tag = g_strconcat (part, ".tag", NULL);

  g_setenv ("MIEN_WEIGHTS_MIRROR", address, TRUE);
  for (guint slash = 0; slash < 2; slash++)
    {
      g_autoptr (GError) error = NULL;

      fetch_server_set (server, (FetchAnswer){ .bytes = bytes, .status = 404 });
      g_assert_false (mien_known_weights_fetch (imagenet, NULL, NULL, NULL, &error));
      g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH);
      g_assert_nonnull (strstr (error->message, full));
      g_assert_cmpuint (mien_known_weights_measure_part (imagenet), ==, 0);
      g_free (address);
      address = fetch_server_dup_address (server, "/mirror/");
      g_setenv ("MIEN_WEIGHTS_MIRROR", address, TRUE);
    }

  fetch_server_set (server, (FetchAnswer){ .bytes = bytes, .tag = "\"a\"", .chunked = TRUE });
  g_assert_false (mien_known_weights_fetch (imagenet, NULL, NULL, NULL, NULL));
  g_assert_cmpuint (mien_known_weights_measure_part (imagenet), ==, 1000);
  g_unlink (part);
  g_unlink (tag);
  g_unsetenv ("MIEN_WEIGHTS_MIRROR");
  fetch_server_free (server);
}

int
main (int argc, char **argv)
{
  char *home;
  int status;

  g_test_init (&argc, &argv, NULL);
  home = g_dir_make_tmp ("mien-known-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_unsetenv ("http_proxy");
  g_unsetenv ("all_proxy");

  g_test_add_func ("/known-weights/table", test_table);
  g_test_add_func ("/known-weights/content", test_content);
  g_test_add_func ("/known-weights/no-weights", test_no_weights);
  g_test_add_func ("/known-weights/find", test_find);
  g_test_add_func ("/known-weights/mirror", test_mirror);
  status = g_test_run ();

  train_fixture_remove_folder (home);
  return status;
}
