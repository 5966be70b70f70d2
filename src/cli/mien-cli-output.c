/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mien-cli-output.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "data/mien-json.h"

/**
 * mien_cli_fail:
 * @error: what went wrong
 *
 * Says so on standard error.
 *
 * Returns: what the program ends with: %MIEN_CLI_INTERRUPTED for a %G_IO_ERROR_CANCELLED, otherwise
 * %MIEN_CLI_FAILED
 */
MienCliStatus
mien_cli_fail (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_printerr ("mien-cli: %s\n", _ ("interrupted"));
      return MIEN_CLI_INTERRUPTED;
    }
  g_printerr ("mien-cli: %s\n", error->message);
  return MIEN_CLI_FAILED;
}

/**
 * mien_cli_print_document:
 * @document: UTF-8
 *
 * Writes a document for programs to standard output: always UTF-8, whatever the locale, and with a
 * line end.
 */
void
mien_cli_print_document (const char *document)
{
  fputs (document, stdout);
  if (!g_str_has_suffix (document, "\n"))
    fputc ('\n', stdout);
}

/**
 * mien_cli_print_json:
 * @node: a value
 *
 * Writes it to standard output as the one JSON document there.
 */
void
mien_cli_print_json (JsonNode *node)
{
  g_autofree char *text = mien_json_to_text (node, TRUE);

  mien_cli_print_document (text);
}

/**
 * mien_cli_display_path:
 * @path: file name encoding
 *
 * A file's name for a terminal: UTF-8, and without control characters, which a name may hold and a
 * terminal would obey.
 *
 * Returns: (transfer full): the name
 */
char *
mien_cli_display_path (const char *path)
{
  g_autofree char *name = g_filename_display_name (path);
  GString *clean = g_string_sized_new (strlen (name));

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      g_string_append_unichar (clean, g_unichar_iscntrl (character) ? 0xfffd : character);
    }
  return g_string_free (clean, FALSE);
}

/**
 * mien_cli_pad:
 * @text: UTF-8
 * @width: characters
 *
 * Returns: (transfer full): @text with spaces after it up to @width
 */
char *
mien_cli_pad (const char *text, guint width)
{
  glong length = g_utf8_strlen (text, -1);
  int spaces = length < (glong) width ? (int) (width - length) : 0;

  return g_strdup_printf ("%s%*s", text, spaces, "");
}

/**
 * mien_cli_format_time:
 * @seconds: 0 or more
 *
 * Returns: (transfer full): as 1:05 or 2:01:05
 */
char *
mien_cli_format_time (double seconds)
{
  guint64 whole = seconds > 0 ? (guint64) (MIN (seconds, 1e12) + 0.5) : 0;
  guint minutes = whole / 60 % 60;
  guint rest = whole % 60;

  if (whole >= 3600)
    return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u:%02u", whole / 3600, minutes, rest);
  return g_strdup_printf ("%u:%02u", minutes, rest);
}
