/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-bench-work.h"
#include "cli/mien-cli-output.h"
#include "engine/vgg-threads.h"

static char *
describe (const MienCliBenchOptions *options, MienCliBenchWork *work)
{
  g_autofree char *name = vgg_architecture_name (vgg_network_get_architecture (work->network));

  return g_strdup_printf (_ ("%s, %s, %u × %u pixels, batch %u, threads %u"), name,
                          mien_cli_bench_mode_to_string (options->mode), options->input,
                          options->input, options->batch, vgg_threads_get ());
}

/**
 * mien_cli_bench_steps:
 * @options: the command line
 *
 * `mien-cli bench forward` and `bench train`: pictures a second through the convolutions, or in
 * training steps.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_bench_steps (const MienCliBenchOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MienCliBenchWork) work = mien_cli_bench_work_new (options, &error);
  g_autofree char *title = NULL;
  MienCliBenchTimes times;

  if (work == NULL)
    return mien_cli_fail (error);

  times = mien_cli_bench_work_measure (work, options->rounds);
  title = describe (options, work);
  return mien_cli_bench_report (options, title, options->batch, &times,
                                mien_cli_bench_work_get_bytes (work));
}
