/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-card.h"

#include <pango/pango.h>
#include <string.h>

static void
block_free (MienCardBlock *self)
{
  g_free (self->text);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self);
}

static MienCardBlock *
add_block (GPtrArray *blocks, MienCardKind kind, const char *text)
{
  MienCardBlock *block = g_new0 (MienCardBlock, 1);

  block->kind = kind;
  block->text = g_strdup (text);
  g_ptr_array_add (blocks, block);
  return block;
}

/* A further line of the block: with a blank between, or in code with a line break. */
static void
extend_block (MienCardBlock *block, const char *line)
{
  const char *between = block->kind == MIEN_CARD_CODE ? "\n" : " ";
  char *text = block->text != NULL ? g_strconcat (block->text, between, line, NULL)
                                   : g_strdup (line);

  g_free (block->text);
  block->text = text;
}

static void
add_row (MienCardBlock *table, const char *line)
{
  g_autofree char *inner = g_strdup (line + 1);
  char **cells;

  g_strchomp (inner);
  if (g_str_has_suffix (inner, "|"))
    inner[strlen (inner) - 1] = '\0';
  /* The line between the head and the rest says nothing. */
  if (strspn (inner, "|-: ") == strlen (inner) && strchr (inner, '-') != NULL)
    return;

  cells = g_strsplit (inner, "|", -1);
  for (guint i = 0; cells[i] != NULL; i++)
    g_strstrip (cells[i]);
  g_ptr_array_add (table->rows, cells);
}

/**
 * mien_card_parse:
 * @text: a model's card
 *
 * Reads the little of Markdown that cards are written in: two levels of headings with "#",
 * paragraphs, lists with "-", fenced code, and tables.
 *
 * Returns: (transfer full) (element-type MienCardBlock): its pieces, in their order
 */
GPtrArray *
mien_card_parse (const char *text)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) block_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  MienCardBlock *open = NULL; /* what the next line may belong to */

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strchomp (lines[i]);
      const gboolean is_code = open != NULL && open->kind == MIEN_CARD_CODE;

      if (g_str_has_prefix (line, "```"))
        open = is_code ? NULL : add_block (blocks, MIEN_CARD_CODE, NULL);
      else if (is_code)
        extend_block (open, line);
      else if (*line == '\0')
        open = NULL;
      else if (g_str_has_prefix (line, "# "))
        {
          add_block (blocks, MIEN_CARD_TITLE, line + 2);
          open = NULL;
        }
      else if (g_str_has_prefix (line, "## "))
        {
          add_block (blocks, MIEN_CARD_HEADING, line + 3);
          open = NULL;
        }
      else if (*line == '|')
        {
          if (open == NULL || open->kind != MIEN_CARD_TABLE)
            {
              open = add_block (blocks, MIEN_CARD_TABLE, NULL);
              open->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
            }
          add_row (open, line);
        }
      else if (g_str_has_prefix (line, "- "))
        open = add_block (blocks, MIEN_CARD_ITEM, line + 2);
      else if (open != NULL && open->kind != MIEN_CARD_TABLE)
        extend_block (open, g_strchug ((char *) line));
      else
        open = add_block (blocks, MIEN_CARD_PARAGRAPH, line);
    }

  return blocks;
}

static char *
replace (const char *text, const char *pattern, const char *with)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);

  return g_regex_replace (regex, text, -1, 0, with, 0, NULL);
}

/**
 * mien_card_to_markup:
 * @text: a piece of a card: UTF-8 with `code`, **bold** and [links](https://…)
 *
 * Returns: (transfer full): the same as Pango's markup; the plain text where the marks do not pair
 */
char *
mien_card_to_markup (const char *text)
{
  g_autofree char *plain = g_markup_escape_text (text, -1);
  g_autofree char *code = replace (plain, "`([^`]+)`", "<tt>\\1</tt>");
  g_autofree char *bold = replace (code, "\\*\\*([^*]+)\\*\\*", "<b>\\1</b>");
  g_autofree char *linked = replace (bold, "\\[([^]]+)\\]\\((https://[^)\\s<>]+)\\)",
                                     "<a href=\"\\2\">\\1</a>");
  g_autofree char *shown = replace (linked, "</?a[^>]*>", "");

  /* Links are GTK's addition: Pango does not know them. */
  if (!pango_parse_markup (shown, -1, 0, NULL, NULL, NULL, NULL))
    return g_steal_pointer (&plain);
  return g_steal_pointer (&linked);
}
