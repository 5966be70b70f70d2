/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-dataset.h"
#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "cli/mien-cli-progress.h"
#include "data/mien-json.h"
#include "train/mien-bundled.h"
#include "train/mien-calibration.h"

static void
print_text (const MienCalibration *calibration, double threshold)
{
  g_print (ngettext ("Validation: %u picture\n", "Validation: %u pictures\n", calibration->n),
           calibration->n);
  /* TRANSLATORS: before and after */
  g_print (_ ("Temperature %.4f, was %.4f\n"), calibration->temperature[1],
           calibration->temperature[0]);
  g_print (_ ("Loss %.4f, was %.4f\n"), calibration->loss[1], calibration->loss[0]);
  g_print (_ ("Calibration error %.4f, was %.4f\n"), calibration->error[1], calibration->error[0]);
  g_print (_ ("Answers below %g %% are not sure\n"), 100 * threshold);
}

static void
print_json (const char *path, const MienCalibration *calibration, double threshold)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *name = mien_json_path_to_string (path);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "model", name);
  json_object_set_int_member (object, "count", calibration->n);
  mien_json_add_number (object, "temperature", calibration->temperature[1]);
  mien_json_add_number (object, "temperature_before", calibration->temperature[0]);
  mien_json_add_number (object, "loss", calibration->loss[1]);
  mien_json_add_number (object, "loss_before", calibration->loss[0]);
  mien_json_add_number (object, "calibration_error", calibration->error[1]);
  mien_json_add_number (object, "calibration_error_before", calibration->error[0]);
  mien_json_add_number (object, "threshold", threshold);
  json_node_take_object (node, object);
  mien_cli_print_json (node);
}

static gboolean
calibrate (MienModel *model,
           const char *directory,
           MienCalibration *calibration,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (MienDataset) dataset = mien_cli_scan_dataset (directory, cancellable, error);
  MienCliProgress progress;
  gboolean is_done;

  if (dataset == NULL)
    return FALSE;

  mien_cli_progress_init (&progress);
  is_done = mien_calibrate (model, dataset, calibration, mien_cli_progress_report, &progress,
                            cancellable, error);
  mien_cli_progress_clear (&progress);
  return is_done;
}

/**
 * mien_cli_calibrate:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli calibrate`: fits a model's temperature on the validation pictures of a data set, and
 * saves the model with it.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_calibrate (const MienCliCommand *self, char **argv)
{
  g_autofree char *output = NULL;
  g_autofree char *threshold_text = NULL;
  gboolean json = FALSE;
  double threshold = 0;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_ ("Save the model as this file; the model's own unless given"), N_ ("MODEL") },
    { "threshold", 0, 0, G_OPTION_ARG_STRING, &threshold_text,
      N_ ("Count answers below this probability as not sure"), "0…1" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  MienCalibration calibration;

  if (!mien_cli_parse (self, argv, entries, 2, 2, &arguments))
    return MIEN_CLI_USAGE;
  if (!mien_cli_override_number ("--threshold", threshold_text, &threshold, &error))
    return mien_cli_usage_error (self, "%s", error->message);
  if (threshold < 0 || threshold > 1)
    return mien_cli_usage_error (self, _ ("--threshold is 0 to 1, not %s"), threshold_text);

  path = mien_bundled_resolve (arguments[0]);
  if (output == NULL && !g_str_equal (path, arguments[0]))
    return mien_cli_usage_error (self, _ ("“%s” comes with Mien and stays as it is: add -o MODEL"),
                                 arguments[0]);

  interrupt = mien_cli_interrupt_new ();
  model = mien_model_load (path, &error);
  if (model == NULL || !calibrate (model, arguments[1], &calibration,
                                   mien_cli_interrupt_get_cancellable (interrupt), &error))
    return mien_cli_fail (error);

  if (threshold_text != NULL)
    mien_model_set_threshold (model, threshold);
  if (!mien_model_save (model, output != NULL ? output : path, &error))
    return mien_cli_fail (error);

  if (json)
    print_json (output != NULL ? output : path, &calibration, mien_model_get_threshold (model));
  else
    print_text (&calibration, mien_model_get_threshold (model));
  return MIEN_CLI_DONE;
}
