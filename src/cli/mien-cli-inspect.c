/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "train/mien-bundled.h"
#include "train/mien-model.h"

/**
 * mien_cli_inspect:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli inspect`: architecture, size, input, classes and preprocessing of a model or weights
 * file.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_inspect (const MienCliCommand *self, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;

  if (!mien_cli_parse (self, argv, entries, 1, 1, &arguments))
    return MIEN_CLI_USAGE;

  path = mien_bundled_resolve (arguments[0]);
  text = mien_inspect_file (path, json, &error);
  if (text == NULL)
    return mien_cli_fail (error);

  if (json)
    mien_cli_print_document (text);
  else
    g_print ("%s", text);
  return MIEN_CLI_DONE;
}
