/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mien-cli-options.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/**
 * mien_cli_usage_error:
 * @command: the command that was called wrongly
 * @format: a translated printf format: what is wrong
 * @...: its arguments
 *
 * Says what is wrong and where help is.
 *
 * Returns: %MIEN_CLI_USAGE, for the caller to return
 */
MienCliStatus
mien_cli_usage_error (const MienCliCommand *command, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("mien-cli %s: %s\n", command->name, message);
  g_printerr (_ ("“mien-cli %s --help” shows how it is called.\n"), command->name);

  return MIEN_CLI_USAGE;
}

/**
 * mien_cli_parse:
 * @command: the command
 * @argv: its name and arguments as the program got them, in any encoding
 * @entries: its options
 * @minimum: how many arguments that are no options it needs at least
 * @maximum: and at most
 * @arguments: (out) (transfer full): these arguments, file name encoding
 *
 * Reads a command line; options and other arguments may come in any order. `--help` ends the
 * program. What is wrong is said on standard error.
 *
 * Returns: %FALSE: the command was called wrongly
 */
gboolean
mien_cli_parse (const MienCliCommand *command,
                char **argv,
                const GOptionEntry *entries,
                guint minimum,
                guint maximum,
                char ***arguments)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_ (command->arguments));
  g_autofree char *program = g_strdup_printf ("mien-cli %s", command->name);
  g_auto (GStrv) copy = g_strdupv (argv);
  g_auto (GStrv) rest = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry remaining[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL },
    { NULL },
  };
  guint n;

  /* The usage line of --help takes the program's name from here. */
  g_set_prgname (program);
  g_option_context_set_summary (context, _ (command->summary));
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, remaining, NULL);
  if (!g_option_context_parse_strv (context, &copy, &error))
    {
      mien_cli_usage_error (command, "%s", error->message);
      return FALSE;
    }

  n = rest != NULL ? g_strv_length (rest) : 0;
  if (n < minimum)
    {
      mien_cli_usage_error (command, _ ("something is missing; it needs %s"),
                            _ (command->arguments));
      return FALSE;
    }
  if (n > maximum)
    {
      g_autofree char *name = g_filename_display_name (rest[maximum]);

      mien_cli_usage_error (command, _ ("“%s” is one argument too many"), name);
      return FALSE;
    }
  *arguments = rest != NULL ? g_steal_pointer (&rest) : g_new0 (char *, 1);
  return TRUE;
}

/**
 * mien_cli_override_count:
 * @option: its name, for the message
 * @text: (nullable): what was written behind it; %NULL: it was not given
 * @maximum: the largest number that makes sense
 * @value: (inout): the number; stays as it is where the option was not given
 * @error: return location for a %G_OPTION_ERROR
 *
 * Returns: %FALSE where @text is not a whole number of 0 … @maximum
 */
gboolean
mien_cli_override_count (const char *option,
                         const char *text,
                         guint64 maximum,
                         guint64 *value,
                         GError **error)
{
  if (text == NULL)
    return TRUE;
  if (g_ascii_string_to_unsigned (text, 10, 0, maximum, value, NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("%s needs a whole number of 0 to %" G_GUINT64_FORMAT ", not “%s”"), option,
               maximum, text);
  return FALSE;
}

/**
 * mien_cli_override_number:
 * @option: its name, for the message
 * @text: (nullable): what was written behind it; %NULL: it was not given
 * @value: (inout): the number; stays as it is where the option was not given
 * @error: return location for a %G_OPTION_ERROR
 *
 * Returns: %FALSE where @text is not a finite number, with a point for the fraction
 */
gboolean
mien_cli_override_number (const char *option, const char *text, double *value, GError **error)
{
  char *end;
  double number;

  if (text == NULL)
    return TRUE;
  number = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !isfinite (number))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("%s needs a number, not “%s”"), option, text);
      return FALSE;
    }
  *value = number;
  return TRUE;
}
