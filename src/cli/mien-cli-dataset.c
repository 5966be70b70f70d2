/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mien-cli-dataset.h"

#include <string.h>

#include "cli/mien-cli-output.h"
#include "cli/mien-cli-progress.h"
#include "data/mien-json.h"

/**
 * mien_cli_scan_dataset:
 * @directory: a data set's folder, or the table of one
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

/**
 * mien_cli_issue_to_json:
 * @issue: an issue
 *
 * Returns: (transfer full): its kind, path and reason
 */
JsonObject *
mien_cli_issue_to_json (const MienIssue *issue)
{
  JsonObject *row = json_object_new ();
  g_autofree char *path = mien_json_path_to_string (issue->path);

  json_object_set_string_member (row, "kind", mien_issue_kind_to_string (issue->kind));
  json_object_set_string_member (row, "path", path);
  json_object_set_string_member (row, "reason", issue->reason);
  return row;
}

/**
 * mien_cli_print_issue:
 * @issue: an issue
 * @directory: a folder whose name is left out of the issue's path
 *
 * Writes a line to standard output.
 */
void
mien_cli_print_issue (const MienIssue *issue, const char *directory)
{
  gsize length = strlen (directory);
  gboolean inside = g_str_has_prefix (issue->path, directory) && issue->path[length] == '/';
  g_autofree char *path = mien_cli_display_path (issue->path + (inside ? length + 1 : 0));

  g_print ("  %s: %s: %s\n", mien_issue_kind_get_title (issue->kind), path, issue->reason);
}
