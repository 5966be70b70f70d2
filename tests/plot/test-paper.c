/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "plot/mien-paper-private.h"

static GPtrArray *
make_rows (guint n)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (rows, g_strdupv ((char *[]){ "class", "12", "34", NULL }));
  return rows;
}

static void
test_texts (void)
{
  g_autoptr (MienPaper) paper = mien_paper_new ("Report");
  double y;

  mien_paper_add_title (paper, "A & B <c>");
  g_assert_cmpfloat (paper->y, >, MIEN_PAPER_MARGIN);
  y = paper->y;
  mien_paper_add_paragraph (paper, "no <b>markup");
  g_assert_cmpfloat (paper->y, >, y);
  y = paper->y;
  mien_paper_add_code (paper, "one\ntwo");
  g_assert_cmpfloat (paper->y, >, y);
  g_assert_cmpuint (paper->page, ==, 1);
  g_assert_cmpint (cairo_status (paper->cr), ==, CAIRO_STATUS_SUCCESS);
}

/* A paragraph longer than a page goes on on the next one, and nothing reaches into the footer. */
static void
test_long_text (void)
{
  g_autoptr (MienPaper) paper = mien_paper_new ("Report");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 5000; i++)
    g_string_append (text, "word ");
  mien_paper_add_paragraph (paper, text->str);
  g_assert_cmpuint (paper->page, >=, 2);
  g_assert_cmpfloat (paper->y, <, MIEN_PAPER_BOTTOM + 10.0);
}

/* On each page that a table of numbers goes on on stands its head once more. */
static void
test_long_table (void)
{
  g_autoptr (MienPaper) whole = mien_paper_new ("Report");
  g_autoptr (MienPaper) halves = mien_paper_new ("Report");
  g_autoptr (GPtrArray) one = make_rows (2);
  g_autoptr (GPtrArray) many = make_rows (61);
  double start, row, head;

  mien_paper_add_table (halves, one, MIEN_PAPER_NUMBERS);
  start = halves->y;
  g_ptr_array_add (one, g_strdupv ((char *[]){ "class", "12", "34", NULL }));
  mien_paper_add_table (halves, one, MIEN_PAPER_NUMBERS);
  row = halves->y - start - (start - MIEN_PAPER_MARGIN);
  head = start - MIEN_PAPER_MARGIN - row;

  mien_paper_add_table (whole, many, MIEN_PAPER_NUMBERS);
  g_assert_cmpuint (whole->page, ==, 2);
  /* Rows that fit below the head of the first page; the others are below that of the second. */
  {
    const guint first = (guint) ((MIEN_PAPER_BOTTOM - MIEN_PAPER_MARGIN - head + 6.0) / row);
    const double rest = 60 - first;

    g_assert_cmpfloat_with_epsilon (whole->y, MIEN_PAPER_MARGIN + head + rest * row, 1.5 * row);
    g_assert_cmpfloat (whole->y, >, MIEN_PAPER_MARGIN + head + (rest - 1.5) * row);
  }
}

/* What a heading asks for stands on its page. */
static void
test_heading (void)
{
  g_autoptr (MienPaper) paper = mien_paper_new ("Report");

  paper->y = MIEN_PAPER_BOTTOM - 100.0;
  mien_paper_add_heading (paper, "Room", 20.0);
  g_assert_cmpuint (paper->page, ==, 1);
  paper->y = MIEN_PAPER_BOTTOM - 100.0;
  mien_paper_add_heading (paper, "No room", 120.0);
  g_assert_cmpuint (paper->page, ==, 2);
}

static void
test_pictures (void)
{
  g_autoptr (MienPaper) paper = mien_paper_new ("Report");
  g_autofree char *folder = g_dir_make_tmp ("mien-test-paper-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "paper.pdf", NULL);
  MienPaperPicture pictures[7] = { 0 };
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  double first;

  /* One with alpha, whose rows are padded, and six that cannot be read. */
  pictures[0].picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 7, 5);
  gdk_pixbuf_fill (pictures[0].picture, 0x336699ff);
  pictures[0].lines[0] = g_strdup ("joy & <more>");

  mien_paper_add_pictures (paper, pictures, 6);
  first = paper->y - MIEN_PAPER_MARGIN;
  mien_paper_add_pictures (paper, pictures, 7);
  g_assert_cmpfloat_with_epsilon (paper->y - MIEN_PAPER_MARGIN, 3.0 * first, 1e-6);

  mien_paper_save (paper, path, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_true (g_str_has_prefix (content, "%PDF-"));
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    mien_paper_picture_clear (&pictures[i]);
  g_remove (path);
  g_rmdir (folder);
}

static void
test_unwritable (void)
{
  g_autoptr (MienPaper) paper = mien_paper_new ("Report");
  g_autoptr (GError) error = NULL;

  g_assert_false (mien_paper_save (paper, "/nonexistent/report.pdf", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper/texts", test_texts);
  g_test_add_func ("/paper/long-text", test_long_text);
  g_test_add_func ("/paper/long-table", test_long_table);
  g_test_add_func ("/paper/heading", test_heading);
  g_test_add_func ("/paper/pictures", test_pictures);
  g_test_add_func ("/paper/unwritable", test_unwritable);
  return g_test_run ();
}
