/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far the engine's pool5 of VGG19 is from the same network in double precision, convolved
 * directly: bench-pool5-error [SIDE [BATCH [WEIGHTS]]]. Without a weights file weights are random,
 * after He et al.; the input is random in any case. Error is relative to the root mean square of
 * the exact output. The first picture of the batch is compared. */

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/vgg-network.h"
#include "engine/vgg-threads.h"
#include "engine/vgg-weights.h"

typedef struct
{
  const VggParameter *kernel; /* (O, I, 3, 3) */
  const VggParameter *bias;   /* (O) */
  gsize side;
  const double *input; /* (I, side, side) */
  double *output;      /* (O, side, side) */
} Convolution;

/* output[y][x] += weight * input[y + dy][x + dx], zero beyond the borders. */
static void
add_tap (double *output, const double *input, gssize side, double weight, gssize dy, gssize dx)
{
  gssize x_begin = MAX (0, -dx);
  gssize x_end = MIN (side, side - dx);

  for (gssize y = MAX (0, -dy); y < MIN (side, side - dy); y++)
    {
      double *to = output + y * side;
      const double *from = input + (y + dy) * side + dx;

      for (gssize x = x_begin; x < x_end; x++)
        to[x] += weight * from[x];
    }
}

static void
convolve_part (guint part, guint n_parts, gpointer user_data)
{
  const Convolution *task = user_data;
  gsize n_outputs = task->kernel->shape.dimensions[0];
  gsize n_inputs = task->kernel->shape.dimensions[1];
  gsize plane = task->side * task->side;

  for (gsize o = part; o < n_outputs; o += n_parts)
    {
      double *output = task->output + o * plane;

      for (gsize i = 0; i < plane; i++)
        output[i] = task->bias->value[o];

      for (gsize c = 0; c < n_inputs; c++)
        for (gssize k = 0; k < 9; k++)
          add_tap (output, task->input + c * plane, (gssize) task->side,
                   task->kernel->value[(o * n_inputs + c) * 9 + k], k / 3 - 1, k % 3 - 1);

      for (gsize i = 0; i < plane; i++)
        output[i] = MAX (output[i], 0.0);
    }
}

/* In place: the result is shorter, and is read no later than it is written. */
static void
pool (double *maps, gsize n_channels, gsize side)
{
  gsize half = side / 2;

  for (gsize c = 0; c < n_channels; c++)
    for (gsize y = 0; y < half; y++)
      for (gsize x = 0; x < half; x++)
        {
          const double *from = maps + (c * side + 2 * y) * side + 2 * x;
          double upper = MAX (from[0], from[1]);
          double lower = MAX (from[side], from[side + 1]);

          maps[(c * half + y) * half + x] = MAX (upper, lower);
        }
}

/* Returns (transfer full): pool5 of one picture. */
static double *
run_exactly (VggNetwork *network, const float *picture, gsize side)
{
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];
  guint n = vgg_architecture_convolutions (vgg_network_get_architecture (network), specs);
  double *input = g_new (double, 64 * side * side);
  double *output = g_new (double, 64 * side * side);

  for (gsize i = 0; i < 3 * side * side; i++)
    input[i] = picture[i];

  for (guint l = 0; l < n; l++)
    {
      g_autofree char *name = g_strdup_printf ("block%u_conv%u", specs[l].block, specs[l].index);
      g_autofree char *kernel = g_strconcat (name, ".kernel", NULL);
      g_autofree char *bias = g_strconcat (name, ".bias", NULL);
      Convolution task = {
        .kernel = vgg_network_find_parameter (network, kernel),
        .bias = vgg_network_find_parameter (network, bias),
        .side = side,
        .input = input,
        .output = output,
      };
      double *swap = input;

      vgg_threads_run (convolve_part, &task);
      input = output;
      output = swap;
      if (l + 1 == n || specs[l + 1].block != specs[l].block)
        {
          pool (input, specs[l].out_channels, side);
          side /= 2;
        }
    }

  g_free (output);
  return input;
}

static void
compare (const float *found, const double *exact, gsize n)
{
  double squares = 0, error_squares = 0, largest = 0;

  for (gsize i = 0; i < n; i++)
    {
      double error = fabs (found[i] - exact[i]);

      squares += exact[i] * exact[i];
      error_squares += error * error;
      largest = MAX (largest, error);
    }

  g_print ("pool5 against float64: rms %.2e, largest %.2e\n", sqrt (error_squares / squares),
           largest / sqrt (squares / n));
}

static gboolean
load_weights (VggNetwork *network, const char *path, GError **error)
{
  g_autoptr (VggTensorFile) file = vgg_tensor_file_load (path, error);

  return file != NULL && vgg_weights_apply (network, file, VGG_WEIGHTS_BACKBONE, error);
}

int
main (int argc, char **argv)
{
  guint side = argc > 1 ? (guint) atoi (argv[1]) : 224;
  guint batch = argc > 2 ? (guint) atoi (argv[2]) : 1;
  const VggArchitecture architecture = {
    .depth = 19,
    .width_eighths = VGG_FULL_WIDTH,
    .input_width = side,
    .input_height = side,
  };
  const VggPlanOptions plan = { .batch = batch };
  g_autoptr (GError) error = NULL;
  g_autoptr (VggNetwork) network = vgg_network_new (&architecture, &error);
  gsize n_input = (gsize) batch * 3 * side * side;
  g_autofree float *input = g_new (float, n_input);
  g_autofree double *exact = NULL;
  VggRandom random;

  if (network == NULL)
    g_error ("%s", error->message);

  vgg_random_init (&random, 5);
  for (gsize i = 0; i < n_input; i++)
    input[i] = (float) (50 * vgg_random_normal (&random));

  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 5);
  if ((argc > 3 && !load_weights (network, argv[3], &error)) ||
      !vgg_network_plan (network, &plan, &error))
    g_error ("%s", error->message);

  exact = run_exactly (network, input, side);
  compare (vgg_network_forward (network, input, batch, FALSE, NULL), exact,
           (gsize) 512 * (side / 32) * (side / 32));

  return 0;
}
