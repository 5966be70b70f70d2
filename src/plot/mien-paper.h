/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "plot/mien-figure.h"

G_BEGIN_DECLS

/* A document of A4 pages, filled from top to bottom; what does not fit goes on on the next page. */
typedef struct _MienPaper MienPaper;

typedef enum
{
  MIEN_PAPER_FACTS,  /* names and what they are, both wrapped */
  MIEN_PAPER_NUMBERS /* a head, repeated on each page; all columns but the first to the right */
} MienPaperTable;

/* A picture with up to three lines below. */
typedef struct
{
  GdkPixbuf *picture; /* owned; NULL: it cannot be read any more */
  char *lines[3];     /* owned, plain text; NULL: none */
} MienPaperPicture;

MienPaper *mien_paper_new (const char *footer);
void mien_paper_free (MienPaper *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienPaper, mien_paper_free)

void mien_paper_add_title (MienPaper *self, const char *text);
void mien_paper_add_heading (MienPaper *self, const char *text, double room);
void mien_paper_add_subheading (MienPaper *self, const char *text, double room);
void mien_paper_add_paragraph (MienPaper *self, const char *markup);
void mien_paper_add_item (MienPaper *self, const char *markup);
void mien_paper_add_code (MienPaper *self, const char *text);
void mien_paper_add_table (MienPaper *self, GPtrArray *rows, MienPaperTable kind);
double mien_paper_measure_figure (MienFigure *figure);
void mien_paper_add_figure (MienPaper *self, MienFigure *figure);
void mien_paper_add_figures (MienPaper *self, MienFigure *const *figures, guint n, double height);
void mien_paper_add_pictures (MienPaper *self, const MienPaperPicture *pictures, guint n);
gboolean mien_paper_save (MienPaper *self, const char *path, GError **error);

void mien_paper_picture_clear (MienPaperPicture *self);

G_END_DECLS
