/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-card-view.h"

#include "plot/mien-card.h"

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);
  g_autofree char *markup = mien_card_to_markup (text);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_item (const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *bullet = gtk_label_new ("•");

  gtk_widget_set_valign (bullet, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), bullet);
  gtk_box_append (GTK_BOX (box), make_label (text, NULL));
  return box;
}

static GtkWidget *
make_code (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "monospace");
  return label;
}

static GtkWidget *
make_table (GPtrArray *rows)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  for (guint i = 0; i < rows->len; i++)
    {
      char **cells = g_ptr_array_index (rows, i);

      for (guint c = 0; cells[c] != NULL; c++)
        gtk_grid_attach (GTK_GRID (grid), make_label (cells[c], i == 0 ? "heading" : NULL), c, i, 1,
                         1);
    }
  return grid;
}

static GtkWidget *
make_block (const MienCardBlock *block)
{
  const char *text = block->text != NULL ? block->text : "";

  switch (block->kind)
    {
    case MIEN_CARD_TITLE:
      return make_label (text, "title-2");
    case MIEN_CARD_HEADING:
      return make_label (text, "heading");
    case MIEN_CARD_ITEM:
      return make_item (text);
    case MIEN_CARD_CODE:
      return make_code (text);
    case MIEN_CARD_TABLE:
      return make_table (block->rows);
    case MIEN_CARD_PARAGRAPH:
    default:
      return make_label (text, NULL);
    }
}

/**
 * mien_card_view_new:
 * @text: a model's card, see mien_bundled_dup_card()
 *
 * Returns: (transfer floating): a column of labels that shows it
 */
GtkWidget *
mien_card_view_new (const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autoptr (GPtrArray) blocks = mien_card_parse (text);

  for (guint i = 0; i < blocks->len; i++)
    gtk_box_append (GTK_BOX (box), make_block (g_ptr_array_index (blocks, i)));
  return box;
}
