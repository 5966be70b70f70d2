/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-card.h"

static const MienCardBlock *
block (GPtrArray *blocks, guint i)
{
  g_assert_cmpuint (i, <, blocks->len);
  return g_ptr_array_index (blocks, i);
}

static void
assert_text (GPtrArray *blocks, guint i, MienCardKind kind, const char *text)
{
  g_assert_cmpint (block (blocks, i)->kind, ==, kind);
  g_assert_cmpstr (block (blocks, i)->text, ==, text);
}

static void
test_blocks (void)
{
  g_autoptr (GPtrArray) blocks = mien_card_parse ("# A title\n"
                                                  "First line\n"
                                                  "and second.\n"
                                                  "\n"
                                                  "## A heading\r\n"
                                                  "- one\n"
                                                  "  and more\n"
                                                  "- two\n"
                                                  "\n"
                                                  "```\n"
                                                  "# no title\n"
                                                  "\n"
                                                  "  code\n"
                                                  "```\n"
                                                  "Last.");

  g_assert_cmpuint (blocks->len, ==, 7);
  assert_text (blocks, 0, MIEN_CARD_TITLE, "A title");
  assert_text (blocks, 1, MIEN_CARD_PARAGRAPH, "First line and second.");
  assert_text (blocks, 2, MIEN_CARD_HEADING, "A heading");
  assert_text (blocks, 3, MIEN_CARD_ITEM, "one and more");
  assert_text (blocks, 4, MIEN_CARD_ITEM, "two");
  assert_text (blocks, 5, MIEN_CARD_CODE, "# no title\n\n  code");
  assert_text (blocks, 6, MIEN_CARD_PARAGRAPH, "Last.");
}

static void
test_table (void)
{
  g_autoptr (GPtrArray) blocks = mien_card_parse ("Before\n"
                                                  "| | recall |\n"
                                                  "|---|--:|\n"
                                                  "| joy | 0.9 |\n"
                                                  "|\n"
                                                  "\n"
                                                  "| other |\n");
  GPtrArray *rows = block (blocks, 1)->rows;
  char **head;
  char **row;

  g_assert_cmpuint (blocks->len, ==, 3);
  g_assert_cmpint (block (blocks, 1)->kind, ==, MIEN_CARD_TABLE);
  g_assert_cmpuint (rows->len, ==, 3);
  head = g_ptr_array_index (rows, 0);
  row = g_ptr_array_index (rows, 1);
  g_assert_cmpuint (g_strv_length (head), ==, 2);
  g_assert_cmpstr (head[0], ==, "");
  g_assert_cmpstr (head[1], ==, "recall");
  g_assert_cmpstr (row[0], ==, "joy");
  g_assert_cmpstr (row[1], ==, "0.9");
  g_assert_cmpuint (block (blocks, 2)->rows->len, ==, 1);
}

static void
test_empty (void)
{
  g_autoptr (GPtrArray) nothing = mien_card_parse ("");
  g_autoptr (GPtrArray) open = mien_card_parse ("```");

  g_assert_cmpuint (nothing->len, ==, 0);
  g_assert_cmpuint (open->len, ==, 1);
  assert_text (open, 0, MIEN_CARD_CODE, NULL);
}

static void
test_markup (void)
{
  const struct
  {
    const char *text, *markup;
  } cases[] = {
    { "plain", "plain" },
    { "a < b & c", "a &lt; b &amp; c" },
    { "`mien-cli` is **here**", "<tt>mien-cli</tt> is <b>here</b>" },
    { "[text](https://a.example/?a=1&b=2)", "<a href=\"https://a.example/?a=1&amp;b=2\">text</a>" },
    /* Only what leads to a page of the web is a link. */
    { "[text](file:///etc/passwd)", "[text](file:///etc/passwd)" },
    { "[text](https://a.example/\"x)", "<a href=\"https://a.example/&quot;x\">text</a>" },
    /* Marks that cross are left as they are, and so is markup of the card's own. */
    { "**a `b** c`", "**a `b** c`" },
    { "<b>not bold", "&lt;b&gt;not bold" },
    { "2 ** 3", "2 ** 3" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *markup = mien_card_to_markup (cases[i].text);

      g_assert_cmpstr (markup, ==, cases[i].markup);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/blocks", test_blocks);
  g_test_add_func ("/card/table", test_table);
  g_test_add_func ("/card/empty", test_empty);
  g_test_add_func ("/card/markup", test_markup);
  return g_test_run ();
}
