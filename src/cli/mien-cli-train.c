/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "cli/mien-cli-dataset.h"
#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "cli/mien-cli-train-options.h"
#include "cli/mien-cli-training.h"
#include "data/mien-json.h"
#include "train/mien-offer.h"

/* Hours of training must not end with a file that cannot be written. */
static gboolean
check_output (const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);
  g_autofree char *name = mien_cli_display_path (path);
  g_autofree char *folder_name = mien_cli_display_path (folder);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY,
                   _ ("“%s” is a folder. Give the name of a file to save the model as."), name);
      return FALSE;
    }
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("The model cannot be saved as “%s”: there is no folder “%s”. Make it first."),
                   name, folder_name);
      return FALSE;
    }
  if (g_access (folder, W_OK | X_OK) != 0)
    {
      int reason = errno;

      g_set_error (
        error, G_IO_ERROR, g_io_error_from_errno (reason),
        _ ("The model cannot be saved as “%s”: %s. Choose a folder that you may write to."), name,
        g_strerror (reason));
      return FALSE;
    }
  return TRUE;
}

/* The settings that suit the pictures, with what the command line says over them; says why. */
static MienSettings *
offer_settings (const MienCliTrainOptions *options, MienDataset *dataset, GError **error)
{
  g_autoptr (MienOffer) offer = mien_offer_new_for_dataset (dataset);

  g_printerr ("%s\n", offer->reason);
  if (offer->lacks_imagenet)
    g_printerr ("%s\n", _ ("“mien-cli fetch” fetches the ImageNet weights."));
  return mien_cli_train_options_make_settings (options, offer->settings, error);
}

/* The settings before the pictures are known: what is wrong on the command line is to be said
 * before a scan. */
static MienSettings *
first_settings (const MienCliTrainOptions *options, GError **error)
{
  g_autoptr (MienOffer) plain = mien_offer_new_plain ();
  const gboolean wants_offer = mien_cli_train_options_wants_offer (options);

  return mien_cli_train_options_make_settings (options, wants_offer ? plain->settings : NULL,
                                               error);
}

static void
print_json (const MienCliTrainOptions *options,
            MienSession *session,
            const MienModelInfo *info,
            const MienSessionSnapshot *end)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *path = mien_json_path_to_string (options->output);
  g_autofree char *run = mien_json_path_to_string (mien_session_get_run_directory (session));
  JsonObject *object = json_object_new ();

  json_node_take_object (root, object);
  json_object_set_string_member (object, "model", path);
  json_object_set_int_member (object, "epochs", end->epoch);
  json_object_set_int_member (object, "best_epoch", info->best_epoch);
  mien_json_add_number (object, "train_accuracy", info->train_accuracy);
  mien_json_add_number (object, "validation_accuracy", info->validation_accuracy);
  mien_json_add_number (object, "validation_loss", info->validation_loss);
  mien_json_add_number (object, "seconds", end->seconds);
  json_object_set_boolean_member (object, "interrupted", end->state == MIEN_SESSION_STOPPED);
  json_object_set_string_member (object, "run", run);
  mien_cli_print_json (root);
}

static void
print_text (const MienCliTrainOptions *options,
            MienSession *session,
            const MienModelInfo *info,
            const MienSessionSnapshot *end)
{
  g_autofree char *model = mien_cli_display_path (options->output);
  g_autofree char *run = mien_cli_display_path (mien_session_get_run_directory (session));
  g_autofree char *time = mien_cli_format_time (end->seconds);

  g_print (_ ("Model:                %s\n"), model);
  g_print (_ ("Epochs:               %u, the best is %u\n"), end->epoch, info->best_epoch);
  g_print (_ ("Training accuracy:    %.1f %% (augmented pictures)\n"), 100 * info->train_accuracy);
  g_print (_ ("Validation accuracy:  %.1f %%\n"), 100 * info->validation_accuracy);
  g_print (_ ("Validation loss:      %.4f\n"), info->validation_loss);
  g_print (_ ("Time:                 %s\n"), time);
  g_print (_ ("Run:                  %s\n"), run);
}

/* Whether it finished, was stopped or failed: says so, and saves the model of the best epoch unless
 * it failed. */
static MienCliStatus
conclude (const MienCliTrainOptions *options, MienSession *session)
{
  g_autoptr (GError) error = mien_session_dup_error (session);
  g_autoptr (MienModel) model = mien_session_dup_model (session);
  g_autofree char *run = mien_cli_display_path (mien_session_get_run_directory (session));
  MienSessionSnapshot end;

  mien_session_get_snapshot (session, &end);
  if (error != NULL)
    {
      MienCliStatus status = mien_cli_fail (error);

      if (model != NULL)
        g_printerr (_ ("The model of the best epoch so far is “%s/best.safetensors”.\n"), run);
      return status;
    }
  if (model == NULL)
    {
      g_printerr ("mien-cli: %s\n",
                  _ ("interrupted before the first epoch was finished; no model was saved"));
      return MIEN_CLI_INTERRUPTED;
    }
  if (!mien_model_save (model, options->output, &error))
    {
      MienCliStatus status = mien_cli_fail (error);

      g_printerr (_ ("The model of the best epoch is “%s/best.safetensors”.\n"), run);
      return status;
    }

  if (options->json)
    print_json (options, session, mien_model_get_info (model), &end);
  else
    print_text (options, session, mien_model_get_info (model), &end);
  if (end.state != MIEN_SESSION_STOPPED)
    return MIEN_CLI_DONE;

  g_printerr (
    _ ("mien-cli: interrupted; the best model so far was saved. Continue with --resume “%s”.\n"),
    run);
  return MIEN_CLI_INTERRUPTED;
}

/**
 * mien_cli_train:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli train`: trains a model, or goes on with a training. A SIGINT or SIGTERM stops it after
 * the running batch and saves the best model so far.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_train (const MienCliCommand *self, char **argv)
{
  g_auto (MienCliTrainOptions) options = { 0 };
  g_autoptr (MienSettings) settings = NULL;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (MienSession) session = NULL;
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable;
  gboolean wants_offer;

  if (!mien_cli_train_options_parse (&options, self, argv))
    return MIEN_CLI_USAGE;

  if (options.resume == NULL)
    {
      settings = first_settings (&options, &error);
      if (settings == NULL && error->domain == G_OPTION_ERROR)
        return mien_cli_usage_error (self, "%s", error->message);
      if (settings == NULL)
        return mien_cli_fail (error);
    }
  if (options.write_settings == NULL && !check_output (options.output, &error))
    return mien_cli_fail (error);

  interrupt = mien_cli_interrupt_new ();
  cancellable = mien_cli_interrupt_get_cancellable (interrupt);
  wants_offer = mien_cli_train_options_wants_offer (&options);
  if (options.write_settings == NULL || wants_offer)
    {
      dataset = mien_cli_scan_dataset (options.directory, cancellable, &error);
      if (dataset == NULL)
        return mien_cli_fail (error);
    }
  if (wants_offer)
    {
      g_clear_pointer (&settings, mien_settings_free);
      settings = offer_settings (&options, dataset, &error);
      if (settings == NULL)
        return mien_cli_fail (error);
    }
  if (options.write_settings != NULL)
    {
      if (!mien_settings_save (settings, options.write_settings, &error))
        return mien_cli_fail (error);
      return MIEN_CLI_DONE;
    }

  session = options.resume != NULL ? mien_session_new_resume (dataset, options.resume, &error)
                                   : mien_session_new (dataset, settings, options.run, &error);
  if (session == NULL)
    return mien_cli_fail (error);

  mien_cli_training_run (session, cancellable);
  return conclude (&options, session);
}
