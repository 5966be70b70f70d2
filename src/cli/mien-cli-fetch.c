/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "cli/mien-cli-progress.h"
#include "data/mien-json.h"
#include "train/mien-known-weights.h"

#define MEGABYTE 1000000

/* In whole megabytes: bytes would fill the line. */
static void
show_progress (const MienProgress *progress, gpointer user_data)
{
  mien_cli_progress_show (user_data, progress->phase, progress->done / MEGABYTE,
                          progress->total / MEGABYTE, _ ("MB"));
}

static MienCliStatus
fail (const MienKnownWeights *weights, const GError *error)
{
  const MienCliStatus status = mien_cli_fail (error);
  const guint64 length = mien_known_weights_measure_part (weights);
  g_autofree char *arrived = g_format_size (length);
  g_autofree char *total = g_format_size (weights->source.size);

  if (length > 0)
    g_printerr (_ ("%s of %s have arrived and are kept; “mien-cli fetch %s” goes on from there.\n"),
                arrived, total, weights->name);
  return status;
}

static void
print_json (const MienKnownWeights *weights, const char *path)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = mien_json_path_to_string (path);

  json_object_set_string_member (object, "name", weights->name);
  json_object_set_string_member (object, "path", text);
  json_object_set_int_member (object, "bytes", (gint64) weights->source.size);
  json_object_set_string_member (object, "license", weights->license);
  json_node_set_object (node, object);
  mien_cli_print_json (node);
}

static void
print_text (const MienKnownWeights *weights, const char *path)
{
  g_autofree char *name = mien_cli_display_path (path);

  g_print (_ ("The weights “%s” are in “%s”.\n"), weights->name, name);
  g_print ("%s.\n", _ (weights->license));
}

static MienCliStatus
refuse_name (const MienCliCommand *command, const char *name)
{
  g_autoptr (GString) names = g_string_new (NULL);
  guint n;
  const MienKnownWeights *all = mien_known_weights_get_all (&n);
  g_autofree char *given = mien_cli_display_path (name);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", all[i].name);
  return mien_cli_usage_error (command, _ ("there are no weights “%s” to fetch, but: %s"), given,
                               names->str);
}

/**
 * mien_cli_fetch:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli fetch`: gets weights over the network, goes on with getting them, or checks those that
 * are there.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_fetch (const MienCliCommand *self, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  const MienKnownWeights *weights = mien_known_weights_get_imagenet ();
  g_auto (GStrv) arguments = NULL;
  g_autofree char *path = NULL;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autoptr (GError) error = NULL;
  MienCliProgress progress;
  gboolean fetched;

  if (!mien_cli_parse (self, argv, entries, 0, 1, &arguments))
    return MIEN_CLI_USAGE;
  if (arguments[0] != NULL)
    weights = mien_known_weights_find (arguments[0]);
  if (weights == NULL)
    return refuse_name (self, arguments[0]);

  interrupt = mien_cli_interrupt_new ();
  mien_cli_progress_init (&progress);
  fetched = mien_known_weights_fetch (weights, show_progress, &progress,
                                      mien_cli_interrupt_get_cancellable (interrupt), &error);
  mien_cli_progress_clear (&progress);
  if (!fetched)
    return fail (weights, error);

  path = mien_known_weights_dup_path (weights);
  if (json)
    print_json (weights, path);
  else
    print_text (weights, path);
  return MIEN_CLI_DONE;
}
