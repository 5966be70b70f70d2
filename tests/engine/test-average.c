/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-average.h"

#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-threads.h"

#define N_UPDATES 5

static const VggArchitecture architecture = {
  .depth = 11,
  .batch_norm = TRUE,
  .width_eighths = 1,
  .input_width = 32,
  .input_height = 32,
  .head = VGG_HEAD_LIGHT,
  .n_classes = 3,
};

static VggNetwork *
make_network (guint frozen)
{
  g_autoptr (GError) error = NULL;
  VggNetwork *network = vgg_network_new (&architecture, &error);

  g_assert_no_error (error);
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 5);
  vgg_network_freeze (network, frozen);
  return network;
}

static VggAverage *
make_average (VggNetwork *network, float decay)
{
  g_autoptr (GError) error = NULL;
  VggAverage *average = vgg_average_new (network, decay, &error);

  g_assert_no_error (error);
  return average;
}

/* What a step might do: every number that may change gets a new value. */
static void
change_values (VggNetwork *network, guint step)
{
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n);
  VggRandom random;

  vgg_random_init (&random, step);
  for (guint i = 0; i < n; i++)
    for (gsize k = 0; k < vgg_shape_elements (&parameters[i]->shape); k++)
      {
        double value = vgg_random_range (&random, -1, 1);

        if (parameters[i]->trainable || parameters[i]->statistic)
          parameters[i]->value[k] = (float) value;
      }
}

/* The weighted mean of the first value and those after each step, by the definition. */
static void
test_definition (void)
{
  static const char *const names[] = {
    "block1_conv1.kernel",
    "block3_conv2_bn.mean",
    "block5_conv2_bn.variance",
    "logits.bias",
  };
  /* min (0.25, (1 + t) / (10 + t)) for t = 0, 1, …: 1/10, 2/11, 3/12 = 0.25, 0.25 */
  static const double decays[N_UPDATES] = { 0.1, 2.0 / 11, 0.25, 0.25, 0.25 };
  g_autoptr (VggNetwork) network = make_network (0);
  g_autoptr (VggAverage) average = make_average (network, 0.25f);
  double expected[G_N_ELEMENTS (names)];

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    expected[i] = vgg_network_find_parameter (network, names[i])->value[1];

  for (guint t = 0; t < N_UPDATES; t++)
    {
      change_values (network, t);
      vgg_average_update (average);
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        expected[i] = decays[t] * expected[i] +
                      (1 - decays[t]) * vgg_network_find_parameter (network, names[i])->value[1];
    }

  vgg_average_show (average, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpfloat_with_epsilon (vgg_network_find_parameter (network, names[i])->value[1],
                                    expected[i], 1e-6);
}

/* All that is averaged is exchanged, and comes back; what is frozen takes no memory and stays. */
static void
test_show (void)
{
  g_autoptr (VggNetwork) network = make_network (2);
  g_autoptr (VggNetwork) first = make_network (2);
  g_autoptr (VggNetwork) second = make_network (2);
  g_autoptr (VggNetwork) whole = make_network (0);
  g_autoptr (VggAverage) average = NULL;
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n);
  gsize frozen_bytes = 0;

  /* The average begins as the first values. */
  change_values (network, 1);
  change_values (first, 1);
  average = make_average (network, 0.5f);
  change_values (network, 2);
  change_values (second, 2);

  for (guint round = 0; round < 2; round++)
    for (guint shown = 0; shown < 2; shown++)
      {
        vgg_average_show (average, shown);
        vgg_average_show (average, shown);
        for (guint i = 0; i < n; i++)
          {
            VggNetwork *other = shown ? first : second;
            const VggParameter *expected = vgg_network_find_parameter (other, parameters[i]->name);
            gsize bytes = vgg_shape_elements (&expected->shape) * sizeof (float);

            if (i < 12) /* two convolutions, each with a batch normalisation */
              continue;
            g_assert_cmpmem (parameters[i]->value, bytes, expected->value, bytes);
          }
      }

  /* Every parameter begins on a line of 64 bytes. */
  for (guint i = 0; i < 12; i++)
    frozen_bytes += (vgg_shape_elements (&parameters[i]->shape) + 15) / 16 * 64;
  g_assert_true (g_str_has_prefix (parameters[11]->name, "block2_conv1_bn"));
  g_assert_true (g_str_equal (parameters[12]->name, "block3_conv1.kernel"));
  g_assert_cmpuint (vgg_average_estimate_bytes (whole), ==,
                    vgg_average_estimate_bytes (network) + frozen_bytes);
}

/* A planned network uses what it has: the averages' logits are those of a network with their
 * values. */
static void
test_logits (void)
{
  const VggPlanOptions plan = { .batch = 2, .training = TRUE };
  g_autoptr (VggNetwork) network = make_network (2);
  g_autoptr (VggNetwork) other = make_network (2);
  g_autoptr (VggAverage) average = make_average (network, 0.5f);
  g_autofree float *input = g_new (float, 2 * 3 * 32 * 32);
  g_autoptr (GError) error = NULL;
  float own[6], averaged[6];
  VggRandom random;

  vgg_random_init (&random, 9);
  for (guint i = 0; i < 2 * 3 * 32 * 32; i++)
    input[i] = vgg_random_range (&random, -1, 1);

  g_assert_true (vgg_network_plan (network, &plan, &error));
  g_assert_true (vgg_network_plan (other, &plan, &error));
  vgg_network_initialize_head (network, VGG_INITIALIZATION_HE, 6);
  memcpy (own, vgg_network_forward (network, input, 2, FALSE, NULL), sizeof own);
  vgg_average_show (average, TRUE);
  memcpy (averaged, vgg_network_forward (network, input, 2, FALSE, NULL), sizeof averaged);
  g_assert_cmpmem (averaged, sizeof averaged, vgg_network_forward (other, input, 2, FALSE, NULL),
                   sizeof averaged);
  g_assert_cmpint (memcmp (own, averaged, sizeof own), !=, 0);
  vgg_average_show (average, FALSE);
  g_assert_cmpmem (own, sizeof own, vgg_network_forward (network, input, 2, FALSE, NULL),
                   sizeof own);
}

static void
assert_same_averages (VggNetwork *a, VggAverage *average_a, VggNetwork *b, VggAverage *average_b)
{
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (a, &n);

  vgg_average_show (average_a, TRUE);
  vgg_average_show (average_b, TRUE);
  for (guint i = 0; i < n; i++)
    {
      gsize bytes = vgg_shape_elements (&parameters[i]->shape) * sizeof (float);

      g_assert_cmpmem (parameters[i]->value, bytes,
                       vgg_network_find_parameter (b, parameters[i]->name)->value, bytes);
    }
}

/* Three updates, saved, restored, and two more; and five in one go, with other threads. */
static void
test_restore (void)
{
  g_autoptr (VggNetwork) whole = make_network (0);
  g_autoptr (VggNetwork) network = make_network (0);
  g_autoptr (VggAverage) uninterrupted = make_average (whole, 0.999f);
  g_autoptr (VggAverage) before = make_average (network, 0.999f);
  g_autoptr (VggAverage) after = NULL;
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autoptr (GError) error = NULL;
  guint saved = vgg_threads_get ();

  vgg_threads_set (3);
  for (guint t = 0; t < N_UPDATES; t++)
    {
      change_values (whole, t);
      vgg_average_update (uninterrupted);
    }

  vgg_threads_set (1);
  for (guint t = 0; t < N_UPDATES; t++)
    {
      change_values (network, t);
      if (t == 3)
        {
          vgg_average_save (before, file);
          after = make_average (network, 0.999f);
          g_assert_true (vgg_average_restore (after, file, &error));
          g_assert_no_error (error);
        }
      vgg_average_update (after != NULL ? after : before);
    }
  vgg_threads_set (saved);
  assert_same_averages (whole, uninterrupted, network, after);
}

static void
assert_refused (VggAverage *average, VggTensorFile *file)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vgg_average_restore (average, file, &error));
  g_assert_error (error, VGG_ERROR, VGG_ERROR_MISMATCH);
}

static void
test_mismatch (void)
{
  g_autoptr (VggNetwork) network = make_network (0);
  g_autoptr (VggNetwork) partly = make_network (3);
  g_autoptr (VggNetwork) untouched = make_network (0);
  g_autoptr (VggAverage) average = make_average (network, 0.5f);
  g_autoptr (VggAverage) smaller = make_average (partly, 0.5f);
  g_autoptr (VggAverage) same = make_average (untouched, 0.5f);
  g_autoptr (VggTensorFile) empty = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) part = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) full = vgg_tensor_file_new ();

  change_values (partly, 1);
  vgg_average_update (smaller);
  vgg_average_save (smaller, part);
  vgg_average_save (average, full);

  assert_refused (average, empty);
  assert_refused (average, part);
  vgg_tensor_file_set_metadata (full, "average.updates", "-1");
  assert_refused (average, full);
  assert_same_averages (network, average, untouched, same);
}

/* A network of which nothing but the head trains, and one without a head of which nothing does. */
static void
test_frozen (void)
{
  VggArchitecture headless = architecture;
  g_autoptr (VggNetwork) network = make_network (99);
  g_autoptr (VggNetwork) features = NULL;
  g_autoptr (VggAverage) average = make_average (network, 0.5f);
  g_autoptr (VggAverage) none = NULL;
  g_autoptr (GError) error = NULL;

  headless.n_classes = 0;
  features = vgg_network_new (&headless, &error);
  g_assert_no_error (error);
  vgg_network_freeze (features, 99);
  none = make_average (features, 0.5f);
  vgg_average_update (none);
  vgg_average_show (none, TRUE);
  g_assert_cmpuint (vgg_average_estimate_bytes (features), ==, 0);

  /* 64 x 3 weights of the dense layer and three biases, on whole lines of 16 numbers. */
  g_assert_cmpuint (vgg_average_estimate_bytes (network), ==, (64 * 3 + 16) * sizeof (float));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/average/definition", test_definition);
  g_test_add_func ("/average/show", test_show);
  g_test_add_func ("/average/logits", test_logits);
  g_test_add_func ("/average/restore", test_restore);
  g_test_add_func ("/average/mismatch", test_mismatch);
  g_test_add_func ("/average/frozen", test_frozen);

  return g_test_run ();
}
