/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/mien-cli.h"

static const MienCliCommand commands[] = {
  { "sample", N_ ("DEST"), N_ ("Write the sample data set"), mien_cli_sample },
  { "scan", N_ ("DIR"), N_ ("List the classes, counts and issues of a data set"), mien_cli_scan },
  { "prepare", N_ ("SRC DEST"), N_ ("Write a data set of chosen and balanced classes"),
    mien_cli_prepare },
  { "fetch", N_ ("[NAME]"), N_ ("Get the ImageNet weights over the network"), mien_cli_fetch },
  { "correct", N_ ("DIR [PICTURE…]"), N_ ("Note which pictures belong to another class"),
    mien_cli_correct },
  { "train", N_ ("DIR -o MODEL"), N_ ("Train a model on a data set"), mien_cli_train },
  { "evaluate", N_ ("MODEL DIR"), N_ ("Measure a model on a data set"), mien_cli_evaluate },
  { "calibrate", N_ ("MODEL DIR"), N_ ("Make a model as sure of its answers as it is right"),
    mien_cli_calibrate },
  { "mistakes", N_ ("DIR"), N_ ("List the pictures whose labels may be wrong"), mien_cli_mistakes },
  { "predict", N_ ("MODEL PICTURE|FOLDER…"), N_ ("Classify pictures"), mien_cli_predict },
  { "heatmap", N_ ("MODEL PICTURE|FOLDER… -o OUT.png"), N_ ("Show where a model looks in pictures"),
    mien_cli_heat_map },
  { "plot", N_ ("RUN -o PICTURE"), N_ ("Draw the curves of a training"), mien_cli_plot },
  { "inspect", N_ ("MODEL|WEIGHTS"), N_ ("Describe a model or a weights file"), mien_cli_inspect },
  { "bench", N_ ("forward|train|layers|input|plan"), N_ ("Measure how fast this machine is"),
    mien_cli_bench },
};

static char *
describe_commands (void)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s\n  mien-cli %s\n\n", _ ("Usage:"), _ ("COMMAND [OPTION…] …"));
  g_string_append_printf (
    text, "%s\n\n%s\n",
    _ ("Trains an image classifier on your own pictures, on your own computer."), _ ("Commands:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "  %-10s%s\n", commands[i].name, _ (commands[i].summary));
  g_string_append_printf (text, "\n%s\n  %-10s%s\n  %-10s%s\n\n%s\n", _ ("Options:"), "--help",
                          _ ("Show this help"), "--version", _ ("Show the version"),
                          _ ("“mien-cli COMMAND --help” describes a command."));

  return g_string_free (text, FALSE);
}

/* What was printed may be kept in a buffer until now: a full disk must not pass for success. */
static MienCliStatus
finish (MienCliStatus status)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;
  g_printerr ("mien-cli: %s\n", _ ("standard output cannot be written"));
  return status == MIEN_CLI_DONE ? MIEN_CLI_FAILED : status;
}

int
main (int argc, char **argv)
{
  g_autofree char *usage = NULL;

  /* A file over the size that ulimit allows is then an error that can be told, as a full disk is.
   */
  signal (SIGXFSZ, SIG_IGN);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, MIEN_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("mien-cli");

  usage = describe_commands ();
  if (argc < 2)
    {
      g_printerr ("%s", usage);
      return MIEN_CLI_USAGE;
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      g_print ("%s", usage);
      return MIEN_CLI_DONE;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      g_print ("mien-cli %s\n", MIEN_VERSION);
      return MIEN_CLI_DONE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0)
      return finish (commands[i].run (&commands[i], argv + 1));

  g_printerr (_ ("mien-cli: there is no command “%s”. “mien-cli --help” lists them.\n"), argv[1]);
  return MIEN_CLI_USAGE;
}
