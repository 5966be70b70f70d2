/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-json.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* json-glib reads nested values by recursion: text from a stranger must not decide how deep. */
#define MAX_NESTING 32

/* What tells the URI of a path from a path. */
#define SCHEME "file:"

static gboolean
is_nested_too_deep (const char *text)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (in_string)
        {
          if (*p == '\\' && p[1] != '\0')
            p++;
          else if (*p == '"')
            in_string = FALSE;
        }
      else if (*p == '"')
        in_string = TRUE;
      else if (*p == '[' || *p == '{')
        {
          if (++depth > MAX_NESTING)
            return TRUE;
        }
      else if ((*p == ']' || *p == '}') && depth > 0)
        depth--;
    }

  return FALSE;
}

/**
 * mien_json_parse:
 * @text: a JSON document
 * @error: return location
 *
 * Reads a document that may come from a stranger: values nested deeper than 32 are refused.
 *
 * Returns: (transfer full) (nullable): the root, never %NULL without an error
 */
JsonNode *
mien_json_parse (const char *text, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (is_nested_too_deep (text))
    {
      g_set_error_literal (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
                           _ ("Values are nested too deep"));
      return NULL;
    }

  if (!json_parser_load_from_data (parser, text, -1, error))
    return NULL;

  root = json_parser_steal_root (parser);
  if (root == NULL)
    g_set_error_literal (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
                         _ ("The document is empty"));
  return root;
}

/* Adds a number token in its shortest decimal. json-glib 1.6 writes 1e-08 as "1e-08.0", which is no
 * JSON, and 0.3 with all 17 digits. Returns the token's end. */
static const char *
append_number (GString *text, const char *token)
{
  gsize length = strspn (token, "+-.0123456789eE");
  g_autofree char *number = g_strndup (token, length);
  char shortest[G_ASCII_DTOSTR_BUF_SIZE];
  double value;

  if (strpbrk (number, ".eE") == NULL)
    {
      g_string_append (text, number);
      return token + length;
    }

  if (strpbrk (number, "eE") != NULL && g_str_has_suffix (number, ".0"))
    number[length - 2] = '\0';
  value = g_ascii_strtod (number, NULL);
  for (int digits = 15; digits <= 17; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (shortest, sizeof shortest, format, value);
      if (g_ascii_strtod (shortest, NULL) == value)
        break;
    }
  g_string_append (text, shortest);
  if (strpbrk (shortest, ".eE") == NULL)
    g_string_append (text, ".0");
  return token + length;
}

/**
 * mien_json_to_text:
 * @node: a value
 * @pretty: %TRUE: one member a line, indented by two; %FALSE: on one line
 *
 * Returns: (transfer full): the document, without a final newline
 */
char *
mien_json_to_text (JsonNode *node, gboolean pretty)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *generated = NULL;
  GString *text;
  gboolean in_string = FALSE;
  const char *p;

  json_generator_set_root (generator, node);
  json_generator_set_pretty (generator, pretty);
  generated = json_generator_to_data (generator, NULL);

  text = g_string_sized_new (strlen (generated));
  for (p = generated; *p != '\0';)
    {
      if (!in_string && (*p == '-' || g_ascii_isdigit (*p)))
        {
          p = append_number (text, p);
          continue;
        }
      if (in_string && *p == '\\')
        g_string_append_c (text, *p++);
      else if (*p == '"')
        in_string = !in_string;
      g_string_append_c (text, *p++);
    }
  return g_string_free (text, FALSE);
}

/**
 * mien_json_get_string:
 * @node: (nullable): a value
 *
 * Returns: (transfer none) (nullable): its string; %NULL: it is none
 */
const char *
mien_json_get_string (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

/**
 * mien_json_get_number:
 * @node: (nullable): a value
 * @value: (out): the number
 *
 * Reads a whole or a real number. A key that JSON calls 1 and one that it calls 1.0 are the same.
 *
 * Returns: %FALSE, and @value is left alone: not a finite number
 */
gboolean
mien_json_get_number (JsonNode *node, double *value)
{
  double number;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return FALSE;

  if (json_node_get_value_type (node) == G_TYPE_INT64)
    number = (double) json_node_get_int (node);
  else if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    number = json_node_get_double (node);
  else
    return FALSE;

  if (!isfinite (number))
    return FALSE;

  *value = number;
  return TRUE;
}

/**
 * mien_json_get_count:
 * @node: (nullable): a value
 * @maximum: the largest number that is taken
 * @value: (out): the number
 *
 * Reads a whole number of 0 or more. JSON integers end at 2⁶³ - 1 in most readers, json-glib's
 * included, so that larger ones are written, and read, as strings of decimal digits.
 *
 * Returns: %FALSE, and @value is left alone: not a whole number in 0 … @maximum
 */
gboolean
mien_json_get_count (JsonNode *node, guint64 maximum, guint64 *value)
{
  guint64 count;
  gint64 integer;
  double number;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return FALSE;

  if (json_node_get_value_type (node) == G_TYPE_INT64)
    {
      integer = json_node_get_int (node);
      if (integer < 0)
        return FALSE;
      count = (guint64) integer;
    }
  else if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    {
      number = json_node_get_double (node);
      /* Up to 2⁵³ every whole number is a double. */
      if (!(number >= 0 && number <= 9007199254740992.0) || number != floor (number))
        return FALSE;
      count = (guint64) number;
    }
  else if (json_node_get_value_type (node) == G_TYPE_STRING)
    {
      if (!g_ascii_string_to_unsigned (json_node_get_string (node), 10, 0, G_MAXUINT64, &count,
                                       NULL))
        return FALSE;
    }
  else
    return FALSE;

  if (count > maximum)
    return FALSE;

  *value = count;
  return TRUE;
}

/**
 * mien_json_round_float:
 * @value: a finite float
 *
 * Returns: the double of the shortest decimal that reads back as @value, so that a person's 0.1
 * does not become 0.10000000149
 */
double
mien_json_round_float (float value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  double rounded;

  for (int digits = 6; digits < 9; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      rounded = g_ascii_strtod (g_ascii_formatd (buffer, sizeof buffer, format, value), NULL);
      if ((float) rounded == value)
        return rounded;
    }

  return value;
}

/**
 * mien_json_add_number:
 * @object: where to add
 * @key: the member's name
 * @value: a number
 *
 * Adds @value, or null where it is not finite: JSON knows neither NaN nor infinity.
 */
void
mien_json_add_number (JsonObject *object, const char *key, double value)
{
  if (isfinite (value))
    json_object_set_double_member (object, key, value);
  else
    json_object_set_null_member (object, key);
}

/**
 * mien_json_path_to_string:
 * @path: (type filename): a path
 *
 * Returns: (transfer full): @path itself where it is UTF-8, otherwise its `file://` URI, or for a
 *   relative one `file:` and the path escaped as in a URI
 */
char *
mien_json_path_to_string (const char *path)
{
  g_autofree char *escaped = NULL;

  if (g_utf8_validate (path, -1, NULL) && !g_str_has_prefix (path, SCHEME))
    return g_strdup (path);
  if (g_path_is_absolute (path))
    return g_filename_to_uri (path, NULL, NULL);

  escaped = g_uri_escape_bytes ((const guint8 *) path, strlen (path), "/");
  return g_strconcat (SCHEME, escaped, NULL);
}

/**
 * mien_json_path_from_string:
 * @string: what mien_json_path_to_string() made
 *
 * Returns: (transfer full) (type filename): the path
 */
char *
mien_json_path_from_string (const char *string)
{
  char *path = NULL;

  if (g_str_has_prefix (string, SCHEME "//"))
    path = g_filename_from_uri (string, NULL, NULL);
  else if (g_str_has_prefix (string, SCHEME))
    path = g_uri_unescape_string (string + strlen (SCHEME), NULL);
  return path != NULL ? path : g_strdup (string);
}

/**
 * mien_json_digest_to_string:
 * @digest: 32 bytes
 *
 * Returns: (transfer full): 64 hexadecimal digits
 */
char *
mien_json_digest_to_string (const guint8 digest[32])
{
  char *text = g_new (char, 65);

  for (guint i = 0; i < 32; i++)
    g_snprintf (text + 2 * i, 3, "%02x", digest[i]);
  return text;
}

/**
 * mien_json_digest_from_string:
 * @text: (nullable): what mien_json_digest_to_string() made
 * @digest: (out): 32 bytes
 *
 * Returns: %FALSE if @text is something else
 */
gboolean
mien_json_digest_from_string (const char *text, guint8 digest[32])
{
  if (text == NULL || strlen (text) != 64)
    return FALSE;
  for (guint i = 0; i < 32; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]);
      int low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      digest[i] = (guint8) (high * 16 + low);
    }
  return TRUE;
}
