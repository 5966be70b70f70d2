/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-csv-text.h"

#include <string.h>

/**
 * mien_csv_append:
 * @csv: a document whose last line is not ended yet
 * @field: what comes next in it
 *
 * Adds a field. As RFC 4180 has it, one with a separator, quote or line break in it stands in
 * quotes, and its quotes are doubled.
 */
void
mien_csv_append (GString *csv, const char *field)
{
  gboolean is_quoted = strpbrk (field, ",\"\r\n") != NULL;

  if (csv->len > 0 && csv->str[csv->len - 1] != '\n')
    g_string_append_c (csv, ',');
  if (is_quoted)
    g_string_append_c (csv, '"');
  for (const char *p = field; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *p);
    }
  if (is_quoted)
    g_string_append_c (csv, '"');
}
