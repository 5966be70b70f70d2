/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-matrix-pane.h"

#include <glib/gi18n-lib.h>

#include "app/evaluation/mien-class-table.h"
#include "app/evaluation/mien-matrix-view.h"
#include "app/widgets/mien-format.h"

/* How many of the frequent confusions are put in words. */
#define N_CONFUSIONS 3

struct _MienMatrixPane
{
  AdwBin parent_instance;

  /* Template children */
  MienMatrixView *matrix;
  GtkToggleButton *counts_button;
  GtkToggleButton *rows_button;
  GtkToggleButton *columns_button;
  GtkLabel *confusions_label;
  MienClassTable *class_table;
};

static guint selection_changed_signal;

G_DEFINE_FINAL_TYPE (MienMatrixPane, mien_matrix_pane, ADW_TYPE_BIN)

static void
fill_confusions (MienMatrixPane *self, MienEvaluation *evaluation)
{
  g_autofree MienConfusion *confusions = NULL;
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n;

  confusions = mien_evaluation_list_confusions (evaluation, &n);
  for (guint i = 0; i < MIN (n, N_CONFUSIONS); i++)
    {
      MienClassMetrics metrics;
      g_autofree char *count = mien_format_count (confusions[i].count);
      g_autofree char *support = NULL;

      mien_evaluation_get_class_metrics (evaluation, confusions[i].actual, &metrics);
      support = mien_format_count (metrics.support);
      if (text->len > 0)
        g_string_append_c (text, '\n');
      /* TRANSLATORS: actual class, predicted class, how many, of how many of the actual class */
      g_string_append_printf (text, _ ("%s taken for %s (%s of %s)"), classes[confusions[i].actual],
                              classes[confusions[i].predicted], count, support);
    }
  gtk_label_set_label (self->confusions_label,
                       n > 0 ? text->str : _ ("No picture was taken for another class."));
}

static void
fill_matrix (MienMatrixPane *self, MienEvaluation *evaluation)
{
  guint n;
  const char *const *classes = mien_evaluation_get_classes (evaluation, &n);
  g_autofree guint *counts = g_new (guint, (gsize) n * n);

  for (guint actual = 0; actual < n; actual++)
    for (guint predicted = 0; predicted < n; predicted++)
      counts[actual * n + predicted] = mien_evaluation_get_count (evaluation, actual, predicted);
  mien_matrix_view_set_counts (self->matrix, classes, n, counts);
}

static void
mode_toggled (MienMatrixPane *self)
{
  MienMatrixMode mode = MIEN_MATRIX_COUNTS;

  if (gtk_toggle_button_get_active (self->rows_button))
    mode = MIEN_MATRIX_ROWS;
  else if (gtk_toggle_button_get_active (self->columns_button))
    mode = MIEN_MATRIX_COLUMNS;
  mien_matrix_view_set_mode (self->matrix, mode);
}

static void
selection_changed (MienMatrixPane *self)
{
  g_signal_emit (self, selection_changed_signal, 0);
}

static void
mien_matrix_pane_dispose (GObject *object)
{
  /* Before what its signals need. */
  adw_bin_set_child (ADW_BIN (object), NULL);

  G_OBJECT_CLASS (mien_matrix_pane_parent_class)->dispose (object);
}

static void
mien_matrix_pane_class_init (MienMatrixPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_matrix_pane_dispose;

  selection_changed_signal = g_signal_new ("selection-changed", MIEN_TYPE_MATRIX_PANE,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (MIEN_TYPE_CLASS_TABLE);
  g_type_ensure (MIEN_TYPE_MATRIX_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-matrix-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, MienMatrixPane, matrix);
  gtk_widget_class_bind_template_child (widget_class, MienMatrixPane, counts_button);
  gtk_widget_class_bind_template_child (widget_class, MienMatrixPane, rows_button);
  gtk_widget_class_bind_template_child (widget_class, MienMatrixPane, columns_button);
  gtk_widget_class_bind_template_child (widget_class, MienMatrixPane, confusions_label);
  gtk_widget_class_bind_template_child (widget_class, MienMatrixPane, class_table);
  gtk_widget_class_bind_template_callback (widget_class, mode_toggled);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed);
}

static void
mien_matrix_pane_init (MienMatrixPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_matrix_pane_set_evaluation:
 * @evaluation: (nullable): %NULL empties the pane
 *
 * Shows another evaluation; no cell is chosen.
 */
void
mien_matrix_pane_set_evaluation (MienMatrixPane *self, MienEvaluation *evaluation)
{
  g_return_if_fail (MIEN_IS_MATRIX_PANE (self));

  if (evaluation != NULL)
    {
      fill_confusions (self, evaluation);
      fill_matrix (self, evaluation);
    }
  else
    mien_matrix_view_set_counts (self->matrix, NULL, 0, NULL);
  mien_class_table_set_evaluation (self->class_table, evaluation);
}

/**
 * mien_matrix_pane_get_selected:
 * @actual: (out): row
 * @predicted: (out): column
 *
 * Returns: %FALSE where no cell is chosen
 */
gboolean
mien_matrix_pane_get_selected (MienMatrixPane *self, guint *actual, guint *predicted)
{
  g_return_val_if_fail (MIEN_IS_MATRIX_PANE (self), FALSE);

  return mien_matrix_view_get_selected (self->matrix, actual, predicted);
}

/**
 * mien_matrix_pane_unselect:
 *
 * Gives the chosen cell up.
 */
void
mien_matrix_pane_unselect (MienMatrixPane *self)
{
  g_return_if_fail (MIEN_IS_MATRIX_PANE (self));

  mien_matrix_view_unselect (self->matrix);
}
