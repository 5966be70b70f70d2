/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mien-cli-train-options.h"

#include <glib/gi18n-lib.h>

#include "cli/mien-cli-options.h"

/* Which options make no sense beside --resume: they are the earlier run's. */
static const char *
find_conflict (const MienCliTrainOptions *self)
{
  const struct
  {
    const char *value, *name;
  } settled[] = {
    { self->backbone, "--backbone" },
    { self->settings, "--settings" },
    { self->write_settings, "--write-settings" },
    { self->run, "--run" },
    { self->epochs, "--epochs" },
    { self->batch, "--batch" },
    { self->patience, "--patience" },
    { self->threads, "--threads" },
    { self->seed, "--seed" },
    { self->learning_rate, "--learning-rate" },
    { self->cache_variants, "--cache-variants" },
    { self->no_cache ? "" : NULL, "--no-cache" },
    { self->half ? "" : NULL, "--half" },
    { self->keep_twins ? "" : NULL, "--keep-twins" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (settled); i++)
    if (settled[i].value != NULL)
      return settled[i].name;
  return NULL;
}

static gboolean
check_combination (const MienCliTrainOptions *self, const MienCliCommand *command)
{
  const char *conflict = self->resume != NULL ? find_conflict (self) : NULL;

  if (conflict != NULL)
    {
      mien_cli_usage_error (
        command, _ ("--resume goes on with the settings of the earlier run; leave out %s"),
        conflict);
      return FALSE;
    }
  if (self->settings != NULL && self->backbone != NULL)
    {
      mien_cli_usage_error (command,
                            _ ("the settings file names the backbone; leave out --backbone"));
      return FALSE;
    }
  if (self->write_settings != NULL)
    return TRUE;
  if (self->directory == NULL)
    {
      mien_cli_usage_error (command, _ ("the folder of the data set is missing"));
      return FALSE;
    }
  if (self->output == NULL)
    {
      mien_cli_usage_error (command, _ ("say with -o which file the model is to be saved as"));
      return FALSE;
    }
  return TRUE;
}

/**
 * mien_cli_train_options_parse:
 * @self: (out caller-allocates): the options
 * @command: `train`
 * @argv: its command line
 *
 * Reads the command line and checks that the options go together; what is wrong is said on standard
 * error. @self is to be cleared in any case.
 *
 * Returns: %FALSE: the command was called wrongly
 */
gboolean
mien_cli_train_options_parse (MienCliTrainOptions *self, const MienCliCommand *command, char **argv)
{
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output,
      N_ ("Save the model as this file (.safetensors)"), N_ ("MODEL") },
    { "backbone", 0, 0, G_OPTION_ARG_FILENAME, &self->backbone,
      N_ ("What the network starts from: “compact” (a network that knows faces), “scratch”, "
          "“imagenet” (see “fetch”), or a model or weights file; what suits the pictures, unless "
          "told"),
      N_ ("compact|scratch|imagenet|FILE") },
    { "epochs", 0, 0, G_OPTION_ARG_STRING, &self->epochs, N_ ("Train at most so many epochs"),
      "N" },
    { "batch", 0, 0, G_OPTION_ARG_STRING, &self->batch, N_ ("Pictures a step"), "N" },
    { "learning-rate", 0, 0, G_OPTION_ARG_STRING, &self->learning_rate,
      N_ ("Base learning rate of the optimiser"), N_ ("RATE") },
    { "patience", 0, 0, G_OPTION_ARG_STRING, &self->patience,
      N_ ("End after so many epochs without a lower validation loss; 0: never"), "N" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &self->seed, N_ ("Seed of all that is random"), "N" },
    { "threads", 0, 0, G_OPTION_ARG_STRING, &self->threads,
      N_ ("Threads to compute with; 0: one a core"), "N" },
    { "cache-variants", 0, 0, G_OPTION_ARG_STRING, &self->cache_variants,
      N_ ("Keep features of frozen layers for so many variants of a picture; 1: no augmentation"),
      "N" },
    { "no-cache", 0, 0, G_OPTION_ARG_NONE, &self->no_cache,
      N_ ("Run frozen layers in every epoch, on pictures augmented anew"), NULL },
    { "half", 0, 0, G_OPTION_ARG_NONE, &self->half,
      N_ ("Save the model with 16-bit floats, in half the bytes"), NULL },
    { "keep-twins", 0, 0, G_OPTION_ARG_NONE, &self->keep_twins,
      N_ ("Train also on pictures that look the same as one of validation, the test or another "
          "class"),
      NULL },
    { "settings", 0, 0, G_OPTION_ARG_FILENAME, &self->settings,
      N_ ("Take the settings from this JSON file; other options override it"), N_ ("FILE") },
    { "write-settings", 0, 0, G_OPTION_ARG_FILENAME, &self->write_settings,
      N_ ("Write the settings to this JSON file and end"), N_ ("FILE") },
    { "run", 0, 0, G_OPTION_ARG_FILENAME, &self->run,
      N_ ("Keep history and checkpoint in this new folder"), N_ ("FOLDER") },
    { "resume", 0, 0, G_OPTION_ARG_FILENAME, &self->resume,
      N_ ("Go on with the run of this folder"), N_ ("FOLDER") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;

  *self = (MienCliTrainOptions){ 0 };
  if (!mien_cli_parse (command, argv, entries, 0, 1, &arguments))
    return FALSE;
  self->directory = g_strdup (arguments[0]);

  return check_combination (self, command);
}

/**
 * mien_cli_train_options_clear:
 * @self: the options
 *
 * Frees what they hold.
 */
void
mien_cli_train_options_clear (MienCliTrainOptions *self)
{
  g_free (self->directory);
  g_free (self->output);
  g_free (self->backbone);
  g_free (self->settings);
  g_free (self->write_settings);
  g_free (self->run);
  g_free (self->resume);
  g_free (self->epochs);
  g_free (self->batch);
  g_free (self->patience);
  g_free (self->threads);
  g_free (self->seed);
  g_free (self->learning_rate);
  g_free (self->cache_variants);
}

/* Leaves *value as it is where the option was not given. */
static gboolean
override_count (const char *option, const char *text, guint *value, GError **error)
{
  guint64 number = *value;

  if (!mien_cli_override_count (option, text, G_MAXUINT, &number, error))
    return FALSE;
  *value = (guint) number;
  return TRUE;
}

static gboolean
override_rate (const char *text, float *rate, GError **error)
{
  double number = (double) *rate;

  if (!mien_cli_override_number ("--learning-rate", text, &number, error))
    return FALSE;
  *rate = (float) number;
  return TRUE;
}

/**
 * mien_cli_train_options_wants_offer:
 * @self: the options
 *
 * Returns: whether the command line leaves it to the program which recipe suits the pictures
 */
gboolean
mien_cli_train_options_wants_offer (const MienCliTrainOptions *self)
{
  return self->resume == NULL && self->settings == NULL && self->backbone == NULL &&
         self->directory != NULL;
}

/**
 * mien_cli_train_options_make_settings:
 * @self: the options
 * @offered: (nullable): what suits the pictures, for a command line that names no recipe
 * @error: return location: a %G_OPTION_ERROR where a value on the command line is wrong, otherwise
 * what a file lacks
 *
 * The settings of the file or backbone, or those that are offered, with what the command line says
 * over them. Without any of these they are those of “compact”.
 *
 * Returns: (transfer full) (nullable): valid settings
 */
MienSettings *
mien_cli_train_options_make_settings (const MienCliTrainOptions *self,
                                      const MienSettings *offered,
                                      GError **error)
{
  g_autoptr (MienSettings) settings = NULL;
  g_autoptr (GError) invalid = NULL;

  if (self->settings != NULL)
    settings = mien_settings_load (self->settings, error);
  else if (self->backbone == NULL && offered != NULL)
    settings = mien_settings_copy (offered);
  else
    settings = mien_settings_new_for_backbone (self->backbone != NULL ? self->backbone : "compact",
                                               error);
  if (settings == NULL)
    return NULL;

  if (!override_count ("--epochs", self->epochs, &settings->epochs, error) ||
      !override_count ("--batch", self->batch, &settings->batch, error) ||
      !override_count ("--patience", self->patience, &settings->patience, error) ||
      !override_count ("--threads", self->threads, &settings->n_threads, error) ||
      !override_count ("--cache-variants", self->cache_variants, &settings->cache.variants,
                       error) ||
      !mien_cli_override_count ("--seed", self->seed, G_MAXUINT64, &settings->seed, error) ||
      !override_rate (self->learning_rate, &settings->optimizer.learning_rate, error))
    return NULL;
  if (self->no_cache)
    settings->cache.enabled = FALSE;
  if (self->half)
    settings->half = TRUE;
  if (self->keep_twins)
    settings->leave_out_twins = FALSE;

  /* The file's own values have been checked, so that what is out of range now came from the command
   * line. */
  if (!mien_settings_validate (settings, &invalid))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, invalid->message);
      return NULL;
    }
  return g_steal_pointer (&settings);
}
