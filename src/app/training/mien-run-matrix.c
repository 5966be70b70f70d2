/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/training/mien-run-matrix.h"

#include <glib/gi18n-lib.h>

#include "app/evaluation/mien-matrix-view.h"
#include "app/widgets/mien-format.h"

struct _MienRunMatrix
{
  AdwBin parent_instance;

  GtkLabel *title;        /* owned by the bin */
  GtkLabel *none;         /* owned by the bin */
  MienMatrixView *matrix; /* owned by the bin */

  MienRunRecord *record; /* owned; NULL: none */
};

G_DEFINE_FINAL_TYPE (MienRunMatrix, mien_run_matrix, ADW_TYPE_BIN)

static void
mien_run_matrix_dispose (GObject *object)
{
  MienRunMatrix *self = MIEN_RUN_MATRIX (object);

  g_clear_pointer (&self->record, mien_run_record_unref);

  G_OBJECT_CLASS (mien_run_matrix_parent_class)->dispose (object);
}

static void
mien_run_matrix_class_init (MienRunMatrixClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mien_run_matrix_dispose;
}

static GtkLabel *
create_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, style);
  gtk_widget_add_css_class (label, "numeric");
  return GTK_LABEL (label);
}

static void
mien_run_matrix_init (MienRunMatrix *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->title = create_label ("", "heading");
  self->none = create_label (_ ("This run kept no confusion matrices."), "dim-label");
  self->matrix = g_object_new (MIEN_TYPE_MATRIX_VIEW, NULL);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->none));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->matrix));
  adw_bin_set_child (ADW_BIN (self), box);
}

/**
 * mien_run_matrix_set_record:
 * @record: (nullable): a run without an error
 *
 * Shows another run, the last of its epochs first.
 */
void
mien_run_matrix_set_record (MienRunMatrix *self, MienRunRecord *record)
{
  gboolean is_kept;

  g_return_if_fail (MIEN_IS_RUN_MATRIX (self));

  if (record != NULL)
    mien_run_record_ref (record);
  g_clear_pointer (&self->record, mien_run_record_unref);
  self->record = record;
  is_kept = record != NULL && record->confusions != NULL;
  gtk_widget_set_visible (GTK_WIDGET (self->none), !is_kept);
  gtk_widget_set_visible (GTK_WIDGET (self->matrix), is_kept);
  if (record != NULL)
    mien_run_matrix_set_epoch (self, record->history->len);
}

/**
 * mien_run_matrix_set_epoch:
 * @epoch: from 1; after the last one of the run, that one is shown
 */
void
mien_run_matrix_set_epoch (MienRunMatrix *self, guint epoch)
{
  const MienRunRecord *record = self->record;
  g_autofree char *accuracy = NULL;
  g_autofree char *text = NULL;
  g_autofree guint *counts = NULL;
  guint n;

  g_return_if_fail (MIEN_IS_RUN_MATRIX (self) && epoch >= 1);

  if (record == NULL)
    return;

  epoch = MIN (epoch, record->history->len);
  accuracy = mien_format_percent (mien_run_record_get_accuracy (record, epoch), 1);
  /* TRANSLATORS: name of a run, epoch, accuracy */
  text = g_strdup_printf (_ ("%s · epoch %u · %s"), record->name, epoch, accuracy);
  gtk_label_set_label (self->title, text);
  if (record->confusions == NULL)
    return;

  n = g_strv_length (record->classes);
  counts = g_new (guint, (gsize) n * n);
  mien_confusions_get_matrix (record->confusions, epoch, n, counts);
  mien_matrix_view_set_counts (self->matrix, (const char *const *) record->classes, n, counts);
}

const char *
mien_run_matrix_get_title (MienRunMatrix *self)
{
  g_return_val_if_fail (MIEN_IS_RUN_MATRIX (self), NULL);

  return gtk_label_get_label (self->title);
}
