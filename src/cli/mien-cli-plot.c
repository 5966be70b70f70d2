/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "data/mien-json.h"
#include "plot/mien-figure.h"
#include "plot/mien-learning-curves.h"
#include "train/mien-run.h"

static void
print_json (const char *output, const GArray *history)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *path = mien_json_path_to_string (output);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "output", path);
  json_object_set_int_member (object, "epochs", history->len);
  json_node_take_object (node, object);
  mien_cli_print_json (node);
}

/**
 * mien_cli_plot:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli plot`: the curves of a training as a picture.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_plot (const MienCliCommand *self, char **argv)
{
  g_autofree char *output = NULL;
  g_autofree char *figure_name = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_ ("The picture to write: .png, .svg or .pdf"), N_ ("PICTURE") },
    { "figure", 0, 0, G_OPTION_ARG_STRING, &figure_name,
      N_ ("What to show of each epoch; loss unless given"), "loss|accuracy|rate" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GArray) history = NULL;
  g_autoptr (MienPlot) plot = NULL;
  g_autoptr (GError) error = NULL;
  MienLearningFigure figure = MIEN_LEARNING_LOSS;

  if (!mien_cli_parse (self, argv, entries, 1, 1, &arguments))
    return MIEN_CLI_USAGE;
  if (output == NULL)
    return mien_cli_usage_error (self, _ ("-o PICTURE is missing: where to draw to"));
  if (!mien_figure_can_save (output))
    return mien_cli_usage_error (self, _ ("the picture's name must end with .png, .svg or .pdf"));
  if (figure_name != NULL && !mien_learning_figure_from_string (figure_name, &figure))
    return mien_cli_usage_error (self, _ ("there is no figure “%s”; it is loss, accuracy or rate"),
                                 figure_name);

  history = mien_run_read_history (arguments[0], &error);
  if (history == NULL)
    return mien_cli_fail (error);

  plot = mien_learning_plot_new (history, figure);
  if (!mien_figure_save (MIEN_FIGURE (plot), output, &error))
    return mien_cli_fail (error);
  if (json)
    print_json (output, history);
  return MIEN_CLI_DONE;
}
