/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-json.h"

#include <string.h>

static void
test_paths (void)
{
  static const struct
  {
    const char *path, *string;
  } table[] = {
    { "/home/a/caf\xc3\xa9.png", "/home/a/caf\xc3\xa9.png" },
    { "/home/a/caf\xe9 1.png", "file:///home/a/caf%E9%201.png" },
    { "cats/caf\xe9.png", "file:cats/caf%E9.png" },
    { "cats/100%.png", "cats/100%.png" },
    { "file:///home/a", "file:file%3A///home/a" },
    { "file:a%20b", "file:file%3Aa%2520b" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *string = mien_json_path_to_string (table[i].path);
      g_autofree char *path = mien_json_path_from_string (string);

      g_assert_cmpstr (string, ==, table[i].string);
      g_assert_cmpstr (path, ==, table[i].path);
    }
}

/* What nobody wrote is taken as it is. */
static void
test_other_paths (void)
{
  static const char *const strings[] = { "file:%zz", "file://elsewhere%", "file:%00" };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      g_autofree char *path = mien_json_path_from_string (strings[i]);

      g_assert_cmpstr (path, ==, strings[i]);
    }
}

static void
test_digests (void)
{
  static const char *const others[] = {
    NULL,
    "",
    "00",
    "g000000000000000000000000000000000000000000000000000000000000000",
    "00000000000000000000000000000000000000000000000000000000000000000",
  };
  guint8 digest[32], back[32];
  g_autofree char *text = NULL;

  for (guint i = 0; i < 32; i++)
    digest[i] = (guint8) (i * 37);
  text = mien_json_digest_to_string (digest);
  g_assert_true (g_str_has_prefix (text, "00254a6f94b9de03"));
  g_assert_cmpuint (strlen (text), ==, 64);
  g_assert_true (mien_json_digest_from_string (text, back));
  g_assert_cmpmem (back, 32, digest, 32);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (mien_json_digest_from_string (others[i], back));
}

/* Numbers are as short as they can be read back, and JSON. */
static void
test_text (void)
{
  static const char text[] =
    "{\"a\":0.3,\"b\":1e-08,\"c\":-2.5,\"d\":[1,2.0,null,true],\"e\":\"0.30 \\\"1e-08\"}";
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = mien_json_parse (text, &error);
  g_autofree char *back = NULL;

  g_assert_no_error (error);
  back = mien_json_to_text (node, FALSE);
  g_assert_cmpstr (back, ==, text);
}

static void
test_values (void)
{
  g_autoptr (JsonNode) node = mien_json_parse ("[7, 7.0, 7.5, -1, \"7\", \"x\", null, [7]]", NULL);
  JsonArray *array = json_node_get_array (node);
  static const gboolean is_number[] = { TRUE, TRUE, TRUE, TRUE, FALSE, FALSE, FALSE, FALSE };
  static const gboolean is_count[] = { TRUE, TRUE, FALSE, FALSE, TRUE, FALSE, FALSE, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (is_number); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      guint64 count = 0;
      double number;

      g_assert_cmpint (mien_json_get_number (element, &number), ==, is_number[i]);
      g_assert_cmpint (mien_json_get_count (element, 7, &count), ==, is_count[i]);
      g_assert_cmpuint (count, ==, is_count[i] ? 7 : 0);
      g_assert_false (mien_json_get_count (element, 6, &count));
      g_assert_true ((mien_json_get_string (element) != NULL) == (i == 4 || i == 5));
    }
  g_assert_null (mien_json_get_string (NULL));
  g_assert_cmpfloat (mien_json_round_float (0.1f), ==, 0.1);
}

static void
test_refused (void)
{
  g_autofree char *nested = g_strnfill (33, '[');
  const char *const documents[] = { "", "{", "nul", nested };

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mien_json_parse (documents[i], &error));
      g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/paths", test_paths);
  g_test_add_func ("/json/other-paths", test_other_paths);
  g_test_add_func ("/json/digests", test_digests);
  g_test_add_func ("/json/text", test_text);
  g_test_add_func ("/json/values", test_values);
  g_test_add_func ("/json/refused", test_refused);
  return g_test_run ();
}
