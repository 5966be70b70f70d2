/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>

#include "data-fixture.h"
#include "data/mien-csv.h"
#include "data/mien-data-error.h"

/* The records of a text: fields joined by "|", a flawed one as "line!"; records by newlines. */
static char *
read_all (FolderFixture *fixture, const char *text, gsize length)
{
  g_autofree char *path = fixture_path (fixture->directory, "table.csv");
  g_autoptr (MienCsv) csv = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  fixture_write (path, text, length);
  csv = mien_csv_open (path, &error);
  g_assert_no_error (error);
  while (mien_csv_next (csv, &error))
    {
      if (mien_csv_get_flaw (csv) != NULL)
        {
          g_string_append_printf (out, "%" G_GUINT64_FORMAT "!\n", mien_csv_get_line (csv));
          continue;
        }
      for (guint i = 0; i < mien_csv_get_n_fields (csv); i++)
        g_string_append_printf (out, "%s%s", i > 0 ? "|" : "", mien_csv_get_field (csv, i));
      g_string_append_c (out, '\n');
    }
  g_assert_no_error (error);
  g_assert_cmpuint (mien_csv_get_n_read (csv), ==, length);
  g_assert_cmpuint (mien_csv_get_size (csv), ==, length);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
test_records (FolderFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *records;
  } cases[] = {
    { "", "" },
    { "a,b\nc,d\n", "a|b\nc|d\n" },
    { "a,b\r\nc,d", "a|b\nc|d\n" },
    { "\xef\xbb\xbfpath,label\n", "path|label\n" },
    { "a,,c\n,\n", "a||c\n|\n" },
    { "\n\na\n\n", "a\n" },
    { "\"a,b\",\"c \"\"d\"\"\"\n", "a,b|c \"d\"\n" },
    { "\"two\r\nlines\",x\n", "two\nlines|x\n" },
    { "\"\",\"\"\n", "|\n" },
    { "it's 5\" wide,x\n", "it's 5\" wide|x\n" },
    { "é,日本\n", "é|日本\n" },
    { "a\rb\r", "a\nb\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = read_all (fixture, cases[i].text, strlen (cases[i].text));

      g_assert_cmpstr (found, ==, cases[i].records);
    }
}

/* A broken record is told with its line, and what follows is read. */
static void
test_flaws (FolderFixture *fixture, gconstpointer data)
{
  static const char zero[] = "a,b\nc,\0d\ne,f\n";
  static const struct
  {
    const char *text;
    const char *records;
  } cases[] = {
    { "a,b\n\"c\"d,e\nf,g\n", "a|b\n2!\nf|g\n" },
    { "a,b\nc,\"d\n\ne\n", "a|b\n2!\n" },
    { "a,b\n\xff\xfe,d\ne,f\n", "a|b\n2!\ne|f\n" },
    { "\"a\n\n\",b\nx,\"y\" z\nc,d\n", "a\n\n|b\n4!\nc|d\n" },
  };
  g_autofree char *found = read_all (fixture, zero, sizeof zero - 1);

  g_assert_cmpstr (found, ==, "a|b\n2!\ne|f\n");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *records = read_all (fixture, cases[i].text, strlen (cases[i].text));

      g_assert_cmpstr (records, ==, cases[i].records);
    }
}

/* A record of four megabytes, and one of as many fields, are flaws; their neighbours are read. */
static void
test_long (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("a,b\n");
  g_autofree char *found = NULL;

  for (guint i = 0; i < 4 << 20; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, ",y\nc,d\n");
  for (guint i = 0; i < 4 << 20; i++)
    g_string_append_c (text, ',');
  g_string_append (text, "\ne,f\n");
  found = read_all (fixture, text->str, text->len);
  g_assert_cmpstr (found, ==, "a|b\n2!\nc|d\n4!\ne|f\n");
}

/* Every place in a record meets the end of a buffer of any usual size. */
static void
test_buffers (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *found = NULL;

  for (guint i = 0; i < 20000; i++)
    {
      g_string_append_printf (text, "\"é%u\"\"\",\"b,\r\nc\"\r\n", i);
      g_string_append_printf (expected, "é%u\"|b,\nc\n", i);
    }
  found = read_all (fixture, text->str, text->len);
  g_assert_true (strcmp (found, expected->str) == 0);
}

static void
test_not_a_file (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *absent = g_build_filename (fixture->directory, "absent.csv", NULL);
  g_autofree char *fifo = g_build_filename (fixture->directory, "fifo", NULL);
  const char *paths[] = { absent, fifo, fixture->directory };

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mien_csv_open (paths[i], &error));
      g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
      g_assert_nonnull (strstr (error->message, paths[i]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  folder_fixture_test ("/csv/records", test_records);
  folder_fixture_test ("/csv/flaws", test_flaws);
  folder_fixture_test ("/csv/long", test_long);
  folder_fixture_test ("/csv/buffers", test_buffers);
  folder_fixture_test ("/csv/not-a-file", test_not_a_file);
  return g_test_run ();
}
