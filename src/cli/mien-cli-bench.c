/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mien-cli-bench.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/resource.h>

#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "engine/vgg-architecture.h"
#include "engine/vgg-threads.h"

#define MODE(mode) (1u << (mode))

/* Convolutions before block 5, which the reference recipe freezes. */
#define FROZEN_CONVOLUTIONS 12

typedef struct
{
  const char *name;
  MienCliStatus (*run) (const MienCliBenchOptions *options);
  guint modes;           /* MODE() of each that is allowed */
  MienCliBenchMode mode; /* these are the defaults */
  guint threads;
  guint batch;
  gboolean takes_folder;
} Bench;

#define STEPS                                                                                      \
  (MODE (MIEN_CLI_BENCH_NAIVE) | MODE (MIEN_CLI_BENCH_CACHED) | MODE (MIEN_CLI_BENCH_FRONT))
#define PASSES (MODE (MIEN_CLI_BENCH_FORWARD) | STEPS)

static const char *const mode_names[] = {
  [MIEN_CLI_BENCH_FORWARD] = "forward",
  [MIEN_CLI_BENCH_NAIVE] = "naive",
  [MIEN_CLI_BENCH_CACHED] = "cached",
  [MIEN_CLI_BENCH_FRONT] = "front",
};

static const Bench benches[] = {
  { "forward", mien_cli_bench_steps, MODE (MIEN_CLI_BENCH_FORWARD), MIEN_CLI_BENCH_FORWARD, 0, 8,
    FALSE },
  { "train", mien_cli_bench_steps, STEPS, MIEN_CLI_BENCH_NAIVE, 0, 32, FALSE },
  { "layers", mien_cli_bench_layers, PASSES, MIEN_CLI_BENCH_NAIVE, 0, 32, FALSE },
  { "input", mien_cli_bench_input, MODE (MIEN_CLI_BENCH_FORWARD), MIEN_CLI_BENCH_FORWARD, 1, 500,
    TRUE },
  { "plan", mien_cli_bench_plan, PASSES, MIEN_CLI_BENCH_NAIVE, 0, 32, FALSE },
};

/* The command line as it was written; NULL: not given. */
typedef struct
{
  char *mode;
  char *threads;
  char *batch;
  char *input;
  char *freeze;
  char *width;
  char *rounds;
} Texts;

static void
texts_clear (Texts *self)
{
  g_free (self->mode);
  g_free (self->threads);
  g_free (self->batch);
  g_free (self->input);
  g_free (self->freeze);
  g_free (self->width);
  g_free (self->rounds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Texts, texts_clear)

static gboolean
read_count (const MienCliCommand *command,
            const char *option,
            const char *text,
            guint minimum,
            guint maximum,
            guint *value)
{
  guint64 number;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, minimum, maximum, &number, NULL))
    {
      mien_cli_usage_error (command, _ ("%s needs a whole number from %u to %u, not “%s”"), option,
                            minimum, maximum, text);
      return FALSE;
    }
  *value = (guint) number;
  return TRUE;
}

static gboolean
read_mode (const MienCliCommand *command,
           const Bench *bench,
           const char *text,
           MienCliBenchMode *mode)
{
  if (text == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (mode_names); i++)
    if (strcmp (text, mode_names[i]) == 0 && (bench->modes & MODE (i)) != 0)
      {
        *mode = (MienCliBenchMode) i;
        return TRUE;
      }
  mien_cli_usage_error (command, _ ("“%s” has no mode “%s”"), bench->name, text);
  return FALSE;
}

static gboolean
read_options (MienCliBenchOptions *options,
              const MienCliCommand *command,
              const Bench *bench,
              const Texts *texts)
{
  options->mode = bench->mode;
  options->threads = bench->threads;
  options->batch = bench->batch;
  options->input = 224;
  options->freeze = FROZEN_CONVOLUTIONS;
  options->width = VGG_FULL_WIDTH;
  options->rounds = 5;

  if (!read_mode (command, bench, texts->mode, &options->mode) ||
      !read_count (command, "--threads", texts->threads, 0, 128, &options->threads) ||
      !read_count (command, "--batch", texts->batch, 1, 4096, &options->batch) ||
      !read_count (command, "--input", texts->input, 32, 2048, &options->input) ||
      !read_count (command, "--freeze", texts->freeze, 0, VGG_MAX_CONVOLUTIONS, &options->freeze) ||
      !read_count (command, "--width", texts->width, 1, VGG_FULL_WIDTH, &options->width) ||
      !read_count (command, "--rounds", texts->rounds, 1, 1000, &options->rounds))
    return FALSE;

  if (options->freeze == 0 &&
      (options->mode == MIEN_CLI_BENCH_CACHED || options->mode == MIEN_CLI_BENCH_FRONT))
    {
      mien_cli_usage_error (command, _ ("mode “%s” needs frozen layers; choose --freeze 1 or more"),
                            mode_names[options->mode]);
      return FALSE;
    }
  return TRUE;
}

/**
 * mien_cli_bench_mode_to_string:
 * @mode: a mode
 *
 * Returns: its name on the command line
 */
const char *
mien_cli_bench_mode_to_string (MienCliBenchMode mode)
{
  return mode_names[mode];
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/**
 * mien_cli_bench_times:
 * @seconds: (element-type double): what each round took, at least one; sorted afterwards
 *
 * Returns: median, minimum and maximum; the median of an even number is the mean of the two in the
 *   middle
 */
MienCliBenchTimes
mien_cli_bench_times (GArray *seconds)
{
  const double *sorted;

  g_assert (seconds->len > 0);
  g_array_sort (seconds, compare_doubles);
  sorted = (const double *) (const void *) seconds->data;

  return (MienCliBenchTimes){
    .median = (sorted[(seconds->len - 1) / 2] + sorted[seconds->len / 2]) / 2,
    .minimum = sorted[0],
    .maximum = sorted[seconds->len - 1],
  };
}

/* The most memory that the process has held at a time, bytes. */
static gsize
get_peak_bytes (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (gsize) usage.ru_maxrss * 1024;
}

static void
report_json (const MienCliBenchOptions *options,
             double rate,
             const MienCliBenchTimes *times,
             gsize announced)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_double_member (object, "pictures_per_second", rate);
  json_object_set_double_member (object, "seconds", times->median);
  json_object_set_double_member (object, "minimum", times->minimum);
  json_object_set_double_member (object, "maximum", times->maximum);
  json_object_set_int_member (object, "rounds", options->rounds);
  json_object_set_int_member (object, "threads", vgg_threads_get ());
  json_object_set_int_member (object, "batch", options->batch);
  json_object_set_int_member (object, "input", options->input);
  json_object_set_int_member (object, "announced_bytes", (gint64) announced);
  json_object_set_int_member (object, "peak_bytes", (gint64) get_peak_bytes ());
  json_node_set_object (node, object);
  mien_cli_print_json (node);
}

/**
 * mien_cli_bench_report:
 * @options: how it was measured
 * @title: translated, what was measured
 * @pictures: of one round
 * @times: what rounds took
 * @announced: bytes that were said to be needed; 0: nobody said
 *
 * Prints a measurement. The last line of the text, `17.31 img/s`, is for programs too: it is the
 * same in every language.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_bench_report (const MienCliBenchOptions *options,
                       const char *title,
                       guint pictures,
                       const MienCliBenchTimes *times,
                       gsize announced)
{
  g_autofree char *peak = g_format_size_full (get_peak_bytes (), G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *said = g_format_size_full (announced, G_FORMAT_SIZE_IEC_UNITS);
  char rate[G_ASCII_DTOSTR_BUF_SIZE];

  if (options->json)
    {
      report_json (options, pictures / times->median, times, announced);
      return MIEN_CLI_DONE;
    }

  g_print ("%s\n", title);
  g_print (_ ("Time:    %.4f s, median of %u (%.4f to %.4f)\n"), times->median, options->rounds,
           times->minimum, times->maximum);
  if (announced > 0)
    g_print (_ ("Memory:  %s announced, %s at most\n"), said, peak);
  else
    g_print (_ ("Memory:  %s at most\n"), peak);
  g_print ("%s img/s\n", g_ascii_formatd (rate, sizeof rate, "%.2f", pictures / times->median));

  return MIEN_CLI_DONE;
}

/**
 * mien_cli_bench:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli bench`: measures what a training consists of, with random weights and pictures.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_bench (const MienCliCommand *self, char **argv)
{
  g_auto (Texts) texts = { 0 };
  MienCliBenchOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "mode", 0, 0, G_OPTION_ARG_STRING, &texts.mode,
      N_ ("Whole step, step on cached features, or frozen layers alone; for layers and plan also "
          "forward"),
      "naive|cached|front" },
    { "threads", 0, 0, G_OPTION_ARG_STRING, &texts.threads,
      N_ ("Threads to compute with; 0: one a core"), "N" },
    { "batch", 0, 0, G_OPTION_ARG_STRING, &texts.batch, N_ ("Pictures a round"), "N" },
    { "input", 0, 0, G_OPTION_ARG_STRING, &texts.input, N_ ("Side of the network’s input, pixels"),
      "N" },
    { "freeze", 0, 0, G_OPTION_ARG_STRING, &texts.freeze,
      N_ ("The first so many convolutions do not train"), "N" },
    { "width", 0, 0, G_OPTION_ARG_STRING, &texts.width,
      N_ ("Eighths of the paper’s channels, 1 to 8"), "N" },
    { "batch-norm", 0, 0, G_OPTION_ARG_NONE, &options.batch_norm, N_ ("With batch normalisation"),
      NULL },
    { "rounds", 0, 0, G_OPTION_ARG_STRING, &texts.rounds, N_ ("How often to measure"), "N" },
    { "measure", 0, 0, G_OPTION_ARG_NONE, &options.measure,
      N_ ("plan: run it, and compare with what was predicted"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;

  if (!mien_cli_parse (self, argv, entries, 1, 2, &arguments))
    return MIEN_CLI_USAGE;

  for (guint i = 0; i < G_N_ELEMENTS (benches); i++)
    {
      const Bench *bench = &benches[i];

      if (strcmp (arguments[0], bench->name) != 0)
        continue;
      if (arguments[1] != NULL && !bench->takes_folder)
        return mien_cli_usage_error (self, _ ("“%s” takes no folder"), bench->name);

      options.folder = arguments[1];
      if (!read_options (&options, self, bench, &texts))
        return MIEN_CLI_USAGE;
      return bench->run (&options);
    }

  return mien_cli_usage_error (self, _ ("there is no measurement “%s”"), arguments[0]);
}
