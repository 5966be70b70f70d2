/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A piece of a model's card. */
typedef enum
{
  MIEN_CARD_TITLE,
  MIEN_CARD_HEADING,
  MIEN_CARD_PARAGRAPH,
  MIEN_CARD_ITEM, /* of a list */
  MIEN_CARD_CODE, /* lines as they are */
  MIEN_CARD_TABLE
} MienCardKind;

typedef struct
{
  MienCardKind kind;
  char *text;      /* owned; of a table: NULL */
  GPtrArray *rows; /* owned, of owned GStrv: a table's, the first of them its head; else NULL */
} MienCardBlock;

GPtrArray *mien_card_parse (const char *text);
char *mien_card_to_markup (const char *text);

G_END_DECLS
