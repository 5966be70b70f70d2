/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/mien-cli-bench-work.h"
#include "cli/mien-cli-output.h"

static const char *const pass_names[VGG_N_PASSES] = {
  [VGG_PASS_FORWARD] = "forward",
  [VGG_PASS_INPUT_GRADIENT] = "input-gradient",
  [VGG_PASS_KERNEL_GRADIENT] = "kernel-gradient",
};

/* Seconds of every layer and pass, and of the whole work: means of the same rounds. */
static VggLayerTimes *
measure_layers (MienCliBenchWork *work, guint n_rounds, double *whole)
{
  guint n_layers = vgg_network_get_n_layers (work->network);
  VggLayerTimes *layers = g_new0 (VggLayerTimes, n_layers);
  double start;

  mien_cli_bench_work_run (work);

  vgg_network_set_times (work->network, layers);
  start = vgg_profile_now ();
  for (guint i = 0; i < n_rounds; i++)
    mien_cli_bench_work_run (work);
  *whole = (vgg_profile_now () - start) / n_rounds;
  vgg_network_set_times (work->network, NULL);

  for (guint l = 0; l < n_layers; l++)
    for (guint pass = 0; pass < VGG_N_PASSES; pass++)
      layers[l].seconds[pass] /= n_rounds;

  return layers;
}

static guint
find_layer (MienCliBenchWork *work, const char *name, VggLayerInfo *info)
{
  guint l = 0;

  for (;; l++)
    {
      vgg_network_get_layer_info (work->network, l, info);
      if (strcmp (info->name, name) == 0)
        return l;
    }
}

/* Operations of one pass over a batch, as a direct convolution or product has them; 0: the layer
 * has no kernel. */
static double
count_operations (MienCliBenchWork *work, const VggLayerInfo *info)
{
  g_autofree char *name = g_strconcat (info->name, ".kernel", NULL);
  const VggParameter *kernel = vgg_network_find_parameter (work->network, name);
  double operations;

  if (kernel == NULL)
    return 0;

  operations = 2.0 * vgg_shape_elements (&kernel->shape) * work->batch;
  if (info->output.n_dimensions == 3)
    operations *= info->output.dimensions[1] * info->output.dimensions[2];

  return operations;
}

static void
add_layer_rows (MienCliBenchWork *work, const VggLayerTimes *layers, double whole, GPtrArray *rows)
{
  g_autoptr (GArray) plan = vgg_network_describe_plan (work->network);

  for (guint i = 0; i < plan->len; i++)
    {
      const VggPlanRow *from = &g_array_index (plan, VggPlanRow, i);
      JsonObject *row = json_object_new ();
      VggLayerInfo info;
      double seconds = layers[find_layer (work, from->layer, &info)].seconds[from->pass];
      double operations = count_operations (work, &info);

      json_object_set_string_member (row, "layer", from->layer);
      json_object_set_string_member (row, "pass", pass_names[from->pass]);
      json_object_set_double_member (row, "milliseconds", 1e3 * seconds);
      json_object_set_double_member (row, "gflops", seconds > 0 ? 1e-9 * operations / seconds : 0);
      json_object_set_double_member (row, "share", seconds / whole);
      g_ptr_array_add (rows, row);
    }
}

static void
print_layer_rows (GPtrArray *rows, double whole)
{
  double known = 0;

  g_print ("%-16s %-16s %10s %9s %7s\n", _ ("layer"), _ ("pass"), _ ("ms"), _ ("GFLOP/s"),
           _ ("share"));
  for (guint i = 0; i < rows->len; i++)
    {
      JsonObject *row = g_ptr_array_index (rows, i);
      double gflops = json_object_get_double_member (row, "gflops");
      g_autofree char *rate = gflops > 0 ? g_strdup_printf ("%.1f", gflops) : g_strdup ("");

      known += json_object_get_double_member (row, "share");
      g_print ("%-16s %-16s %10.3f %9s %6.1f%%\n", json_object_get_string_member (row, "layer"),
               json_object_get_string_member (row, "pass"),
               json_object_get_double_member (row, "milliseconds"), rate,
               100 * json_object_get_double_member (row, "share"));
    }
  g_print ("%-33s %10.3f %9s %6.1f%%\n", _ ("loss, optimiser and the rest"),
           1e3 * (1 - known) * whole, "", 100 * (1 - known));
  g_print ("%-33s %10.3f\n", _ ("together"), 1e3 * whole);
}

static void
print_rows_json (GPtrArray *rows)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < rows->len; i++)
    json_array_add_object_element (array, json_object_ref (g_ptr_array_index (rows, i)));
  json_node_set_array (node, array);
  mien_cli_print_json (node);
}

/**
 * mien_cli_bench_layers:
 * @options: the command line
 *
 * `mien-cli bench layers`: a row a layer and pass with its time, its operations a second as if the
 * convolution were direct, and its share of the whole.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_bench_layers (const MienCliBenchOptions *options)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (MienCliBenchWork) work = mien_cli_bench_work_new (options, &error);
  g_autofree VggLayerTimes *layers = NULL;
  double whole;

  if (work == NULL)
    return mien_cli_fail (error);

  layers = measure_layers (work, options->rounds, &whole);
  add_layer_rows (work, layers, whole, rows);
  if (options->json)
    print_rows_json (rows);
  else
    print_layer_rows (rows, whole);
  return MIEN_CLI_DONE;
}

/* Measured times where they are given. */
static void
add_plan_rows (MienCliBenchWork *work, const VggLayerTimes *layers, GPtrArray *rows)
{
  g_autoptr (GArray) plan = vgg_network_describe_plan (work->network);

  for (guint i = 0; i < plan->len; i++)
    {
      const VggPlanRow *from = &g_array_index (plan, VggPlanRow, i);
      JsonObject *row = json_object_new ();
      double measured = 0;

      if (layers != NULL)
        {
          VggLayerInfo info;

          measured = layers[find_layer (work, from->layer, &info)].seconds[from->pass];
        }

      json_object_set_string_member (row, "layer", from->layer);
      json_object_set_string_member (row, "pass", pass_names[from->pass]);
      json_object_set_string_member (row, "algorithm",
                                     from->algorithm != NULL ? from->algorithm : "");
      json_object_set_int_member (row, "tile", from->tile);
      json_object_set_int_member (row, "chunks", (gint64) from->n_chunks);
      json_object_set_int_member (row, "bytes", (gint64) from->bytes);
      json_object_set_double_member (row, "predicted_milliseconds", 1e3 * from->seconds);
      if (measured > 0)
        {
          json_object_set_double_member (row, "milliseconds", 1e3 * measured);
          if (from->seconds > 0)
            json_object_set_double_member (row, "ratio", measured / from->seconds);
        }
      g_ptr_array_add (rows, row);
    }
}

/* Returns (transfer full): nothing for a 0. */
static char *
format_count (JsonObject *row, const char *key)
{
  gint64 count = json_object_get_int_member (row, key);

  return count > 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, count) : g_strdup ("");
}

static char *
format_time (JsonObject *row, const char *key)
{
  double time = json_object_get_double_member_with_default (row, key, 0);

  return time > 0 ? g_strdup_printf ("%.3f", time) : g_strdup ("");
}

static void
print_plan_row (JsonObject *row)
{
  g_autofree char *tile = format_count (row, "tile");
  g_autofree char *chunks = format_count (row, "chunks");
  g_autofree char *bytes = format_count (row, "bytes");
  g_autofree char *predicted = format_time (row, "predicted_milliseconds");
  g_autofree char *measured = format_time (row, "milliseconds");
  g_autofree char *ratio = format_time (row, "ratio");
  g_autofree char *line = g_strdup_printf (
    "%-16s %-16s %-10s %4s %7s %12s %12s %10s %6s", json_object_get_string_member (row, "layer"),
    json_object_get_string_member (row, "pass"), json_object_get_string_member (row, "algorithm"),
    tile, chunks, bytes, predicted, measured, ratio);

  g_print ("%s\n", g_strchomp (line));
}

static void
print_plan_rows (GPtrArray *rows, gboolean measured, gsize bytes)
{
  g_autofree char *size = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);

  g_print ("%-16s %-16s %-10s %4s %7s %12s %12s", _ ("layer"), _ ("pass"), _ ("algorithm"),
           _ ("tile"), _ ("chunks"), _ ("bytes"), _ ("predicted ms"));
  if (measured)
    g_print (" %10s %6s", _ ("ms"), _ ("ratio"));
  g_print ("\n");
  for (guint i = 0; i < rows->len; i++)
    print_plan_row (g_ptr_array_index (rows, i));
  g_print (_ ("Memory:  %s\n"), size);
}

/**
 * mien_cli_bench_plan:
 * @options: the command line
 *
 * `mien-cli bench plan`: a row a layer and pass with what the plan chose and how long it says that
 * it takes, and with how long it does take where that is asked for.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_bench_plan (const MienCliBenchOptions *options)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (MienCliBenchWork) work = mien_cli_bench_work_new (options, &error);
  g_autofree VggLayerTimes *layers = NULL;

  if (work == NULL)
    return mien_cli_fail (error);

  if (options->measure)
    {
      double whole;

      layers = measure_layers (work, options->rounds, &whole);
    }
  add_plan_rows (work, layers, rows);
  if (options->json)
    print_rows_json (rows);
  else
    print_plan_rows (rows, options->measure, mien_cli_bench_work_get_bytes (work));
  return MIEN_CLI_DONE;
}
