/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "data/mien-json.h"
#include "plot/mien-card.h"
#include "plot/mien-format-number.h"
#include "plot/mien-report-private.h"
#include "train/mien-bundled.h"

/* The table of classes has the names of many. */
static char *
describe_classes (MienModel *model)
{
  guint n;
  const char *const *classes = mien_model_get_classes (model, &n);

  return n > MIEN_REPORT_MANY ? mien_format_count (n) : g_strjoinv (", ", (char **) classes);
}

static void
add_facts (MienPaper *paper, MienModel *model)
{
  const MienModelInfo *info = mien_model_get_info (model);
  g_autoptr (GPtrArray) rows = mien_report_rows_new ();
  g_autofree char *classes = describe_classes (model);
  g_autofree char *architecture = mien_model_get_architecture_name (model);
  g_autofree char *weights = mien_format_count (mien_model_count_parameters (model));
  g_autofree char *input = NULL;
  guint width, height;

  mien_model_get_input_size (model, &width, &height);
  /* TRANSLATORS: width and height of what a network sees */
  input = g_strdup_printf (_ ("%u × %u pixels"), width, height);
  mien_report_add_fact (rows, _ ("Classes"), classes);
  mien_report_add_fact (rows, _ ("Input"), input);
  mien_report_add_fact (rows, _ ("Network"), architecture);
  mien_report_add_fact (rows, _ ("Weights"), weights);
  mien_report_add_fact (rows, _ ("Trained On"), info->dataset_name);
  mien_report_add_fact (rows, _ ("Digest of the Pictures"), info->dataset_digest);
  mien_report_add_fact (rows, _ ("Made"), info->created);
  if (info->best_epoch > 0)
    {
      g_autofree char *accuracy = mien_format_percent (info->validation_accuracy, 1);
      /* TRANSLATORS: accuracy in percent, number of an epoch */
      g_autofree char *best = g_strdup_printf (_ ("%s in validation, in epoch %u"), accuracy,
                                               info->best_epoch);

      mien_report_add_fact (rows, _ ("Accuracy"), best);
    }
  mien_paper_add_table (paper, rows, MIEN_PAPER_FACTS);
}

/* As the settings file has it, but for the quotes. */
static char *
format_value (JsonNode *node)
{
  const char *string = mien_json_get_string (node);

  return string != NULL ? g_strdup (string) : mien_json_to_text (node, FALSE);
}

/* The members of an object in one row: "kind sgd, learning_rate 0.01, …". */
static char *
format_members (JsonObject *object)
{
  g_autoptr (GList) keys = json_object_get_members (object);
  g_autoptr (GString) text = g_string_new (NULL);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      g_autofree char *value = format_value (json_object_get_member (object, l->data));

      g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "", (char *) l->data, value);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_setting (JsonObject *object, const char *name, JsonNode *node, gpointer rows)
{
  g_autofree char *value = JSON_NODE_HOLDS_OBJECT (node)
                             ? format_members (json_node_get_object (node))
                             : format_value (node);

  mien_report_add_fact (rows, name, value);
}

/* As the settings file names them, so that they can be looked up and used again. */
static void
add_settings (MienPaper *paper, MienModel *model)
{
  g_autoptr (JsonNode) node = mien_settings_to_json (mien_model_get_settings (model));
  g_autoptr (GPtrArray) rows = mien_report_rows_new ();

  json_object_foreach_member (json_node_get_object (node), add_setting, rows);
  mien_paper_add_heading (paper, _ ("Settings"), MIEN_REPORT_TEXT_ROOM);
  mien_paper_add_table (paper, rows, MIEN_PAPER_FACTS);
}

/* Links have their text alone. */
static char *
to_markup (const char *text)
{
  g_autofree char *markup = mien_card_to_markup (text);
  g_autoptr (GRegex) link = g_regex_new ("</?a[^>]*>", 0, 0, NULL);

  return g_regex_replace_literal (link, markup, -1, 0, "", 0, NULL);
}

static void
add_table (MienPaper *paper, GPtrArray *lines)
{
  g_autoptr (GPtrArray) rows = mien_report_rows_new ();

  for (guint i = 0; i < lines->len; i++)
    {
      char **cells = g_ptr_array_index (lines, i);
      char **row = g_new0 (char *, g_strv_length (cells) + 1);

      for (guint c = 0; cells[c] != NULL; c++)
        row[c] = to_markup (cells[c]);
      g_ptr_array_add (rows, row);
    }
  mien_paper_add_table (paper, rows, MIEN_PAPER_NUMBERS);
}

static void
add_block (MienPaper *paper, const MienCardBlock *block)
{
  g_autofree char *markup = block->text != NULL ? to_markup (block->text) : NULL;

  switch (block->kind)
    {
    case MIEN_CARD_TITLE:
    case MIEN_CARD_HEADING:
      mien_paper_add_subheading (paper, block->text, MIEN_REPORT_TEXT_ROOM);
      break;
    case MIEN_CARD_ITEM:
      mien_paper_add_item (paper, markup);
      break;
    case MIEN_CARD_CODE:
      if (block->text != NULL)
        mien_paper_add_code (paper, block->text);
      break;
    case MIEN_CARD_TABLE:
      add_table (paper, block->rows);
      break;
    case MIEN_CARD_PARAGRAPH:
    default:
      mien_paper_add_paragraph (paper, markup);
    }
}

/**
 * mien_report_add_model:
 * @paper: a report
 * @model: the model that it is about
 * @path: (nullable) (type filename): its file
 *
 * Adds what the model is, what it was trained with, and its card where it has one.
 */
void
mien_report_add_model (MienPaper *paper, MienModel *model, const char *path)
{
  g_autofree char *card = mien_bundled_dup_card (path);
  g_autoptr (GPtrArray) blocks = NULL;

  mien_paper_add_heading (paper, _ ("Model"), MIEN_REPORT_TEXT_ROOM);
  add_facts (paper, model);
  add_settings (paper, model);
  if (card == NULL)
    return;

  mien_paper_add_heading (paper, _ ("Model Card"), MIEN_REPORT_TEXT_ROOM);
  blocks = mien_card_parse (card);
  for (guint i = 0; i < blocks->len; i++)
    add_block (paper, g_ptr_array_index (blocks, i));
}
