/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "cli/mien-cli-progress.h"
#include "data/mien-json.h"
#include "data/mien-sample.h"

static void
print_json (const char *directory)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *path = mien_json_path_to_string (directory);

  json_object_set_string_member (object, "path", path);
  json_node_set_object (node, object);
  mien_cli_print_json (node);
}

/**
 * mien_cli_sample:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli sample`: writes the sample data set.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_sample (const MienCliCommand *self, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autoptr (GError) error = NULL;
  MienCliProgress progress;
  gboolean written;

  if (!mien_cli_parse (self, argv, entries, 1, 1, &arguments))
    return MIEN_CLI_USAGE;

  interrupt = mien_cli_interrupt_new ();
  mien_cli_progress_init (&progress);
  written = mien_sample_write (arguments[0], mien_cli_progress_report, &progress,
                               mien_cli_interrupt_get_cancellable (interrupt), &error);
  mien_cli_progress_clear (&progress);
  if (!written)
    return mien_cli_fail (error);

  if (json)
    print_json (arguments[0]);
  else
    {
      g_autofree char *name = mien_cli_display_path (arguments[0]);

      g_print (_ ("The sample data set is in “%s”.\n"), name);
    }
  return MIEN_CLI_DONE;
}
