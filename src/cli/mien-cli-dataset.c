/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mien-cli-dataset.h"

#include "cli/mien-cli-progress.h"

/**
 * mien_cli_scan_dataset:
 * @directory: a data set's folder
 * @cancellable: (nullable): ends it early
 * @error: return location
 *
 * Scans a folder with a progress line. The options are the same in every command, so that training
 * and evaluation split a folder in the same way.
 *
 * Returns: (transfer full) (nullable): what was found
 */
MienDataset *
mien_cli_scan_dataset (const char *directory, GCancellable *cancellable, GError **error)
{
  MienScanOptions options;
  MienCliProgress progress;
  MienDataset *dataset;

  mien_scan_options_init (&options);
  mien_cli_progress_init (&progress);
  dataset = mien_dataset_scan (directory, &options, mien_cli_progress_report, &progress,
                               cancellable, error);
  mien_cli_progress_clear (&progress);

  return dataset;
}
