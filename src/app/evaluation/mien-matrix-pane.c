/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-matrix-pane.h"

#include <glib/gi18n-lib.h>

#include "app/evaluation/mien-class-table.h"
#include "app/evaluation/mien-matrix-view.h"
#include "app/widgets/mien-format.h"
#include "train/mien-evaluation-query.h"

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
  GtkToggleButton *sort_button;
  GtkWidget *confusions_box;
  GtkListBox *confusions_list;
  MienClassTable *class_table;

  MienEvaluation *evaluation; /* owned; NULL: none */
  MienConfusion confusions[N_CONFUSIONS];
};

static guint selection_changed_signal;

G_DEFINE_FINAL_TYPE (MienMatrixPane, mien_matrix_pane, ADW_TYPE_BIN)

static GtkWidget *
make_confusion_row (MienEvaluation *evaluation, const MienConfusion *confusion)
{
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  const char *actual = classes[confusion->actual];
  MienClassMetrics metrics;
  g_autofree char *count = mien_format_count (confusion->count);
  g_autofree char *support = NULL;
  g_autofree char *share = NULL;
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  GtkWidget *row;

  mien_evaluation_get_class_metrics (evaluation, confusion->actual, &metrics);
  support = mien_format_count (metrics.support);
  share = mien_format_percent ((double) confusion->count / metrics.support, 1);
  /* TRANSLATORS: actual class, predicted class, how many, of how many of the actual class */
  title = g_strdup_printf (_ ("%s taken for %s: %s of %s"), actual, classes[confusion->predicted],
                           count, support);
  /* TRANSLATORS: "12.3 %", a class */
  subtitle = g_strdup_printf (_ ("%s of %s"), share, actual);

  row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title, "subtitle",
                      subtitle, "activatable", TRUE, NULL);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  return row;
}

/* The worst in words, each the way to its pictures. */
static void
fill_confusions (MienMatrixPane *self)
{
  g_autofree MienConfusion *confusions = NULL;
  GtkWidget *row;
  guint n;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->confusions_list))) != NULL)
    gtk_list_box_remove (self->confusions_list, row);

  confusions = mien_evaluation_list_confusions (self->evaluation, &n);
  for (guint i = 0; i < MIN (n, N_CONFUSIONS); i++)
    {
      self->confusions[i] = confusions[i];
      gtk_list_box_append (self->confusions_list,
                           make_confusion_row (self->evaluation, &confusions[i]));
    }
  gtk_widget_set_visible (self->confusions_box, n > 0);
}

static guint *
get_counts (MienEvaluation *evaluation)
{
  guint n;
  guint *counts;

  mien_evaluation_get_classes (evaluation, &n);
  counts = g_new (guint, (gsize) n * n);
  for (guint actual = 0; actual < n; actual++)
    for (guint predicted = 0; predicted < n; predicted++)
      counts[actual * n + predicted] = mien_evaluation_get_count (evaluation, actual, predicted);

  return counts;
}

static void
sort (MienMatrixPane *self)
{
  g_autofree guint *order = NULL;
  guint n;

  if (self->evaluation == NULL)
    return;

  mien_evaluation_get_classes (self->evaluation, &n);
  if (gtk_toggle_button_get_active (self->sort_button))
    {
      g_autofree guint *counts = get_counts (self->evaluation);

      order = mien_confusion_sort_classes (counts, n);
    }
  else
    {
      order = g_new (guint, n);
      for (guint c = 0; c < n; c++)
        order[c] = c;
    }
  mien_matrix_view_set_order (self->matrix, order);
}

static void
fill_matrix (MienMatrixPane *self)
{
  g_autofree guint *counts = get_counts (self->evaluation);
  guint n;
  const char *const *classes = mien_evaluation_get_classes (self->evaluation, &n);

  mien_matrix_view_set_counts (self->matrix, classes, n, counts);
  /* Two classes stand beside each other in any order. */
  gtk_widget_set_visible (GTK_WIDGET (self->sort_button), n > 2);
  sort (self);
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

/* Of a cell and a class one is chosen at most. */
static void
cell_changed (MienMatrixPane *self)
{
  guint actual, predicted;

  if (mien_matrix_view_get_selected (self->matrix, &actual, &predicted))
    mien_class_table_select (self->class_table, -1);
  g_signal_emit (self, selection_changed_signal, 0);
}

static void
class_changed (MienMatrixPane *self)
{
  guint actual, predicted;

  if (mien_matrix_view_get_selected (self->matrix, &actual, &predicted))
    mien_matrix_view_unselect (self->matrix);
  else
    g_signal_emit (self, selection_changed_signal, 0);
}

static void
confusion_activated (MienMatrixPane *self, GtkListBoxRow *row)
{
  const MienConfusion *confusion = &self->confusions[gtk_list_box_row_get_index (row)];
  guint actual, predicted;

  if (mien_matrix_view_get_selected (self->matrix, &actual, &predicted) &&
      actual == confusion->actual && predicted == confusion->predicted)
    g_signal_emit (self, selection_changed_signal, 0);
  else
    mien_matrix_view_select (self->matrix, confusion->actual, confusion->predicted);
}

static void
mien_matrix_pane_dispose (GObject *object)
{
  /* Before what its signals need. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  g_clear_pointer (&MIEN_MATRIX_PANE (object)->evaluation, mien_evaluation_unref);

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
  gtk_widget_class_bind_template_child (widget_class, MienMatrixPane, sort_button);
  gtk_widget_class_bind_template_child (widget_class, MienMatrixPane, confusions_box);
  gtk_widget_class_bind_template_child (widget_class, MienMatrixPane, confusions_list);
  gtk_widget_class_bind_template_child (widget_class, MienMatrixPane, class_table);
  gtk_widget_class_bind_template_callback (widget_class, mode_toggled);
  gtk_widget_class_bind_template_callback (widget_class, sort);
  gtk_widget_class_bind_template_callback (widget_class, cell_changed);
  gtk_widget_class_bind_template_callback (widget_class, class_changed);
  gtk_widget_class_bind_template_callback (widget_class, confusion_activated);
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
 * Shows another evaluation; nothing is chosen.
 */
void
mien_matrix_pane_set_evaluation (MienMatrixPane *self, MienEvaluation *evaluation)
{
  g_return_if_fail (MIEN_IS_MATRIX_PANE (self));

  if (evaluation != NULL)
    mien_evaluation_ref (evaluation);
  g_clear_pointer (&self->evaluation, mien_evaluation_unref);
  self->evaluation = evaluation;

  mien_class_table_set_evaluation (self->class_table, evaluation);
  if (evaluation != NULL)
    {
      fill_confusions (self);
      fill_matrix (self);
    }
  else
    mien_matrix_view_set_counts (self->matrix, NULL, 0, NULL);
}

/**
 * mien_matrix_pane_get_selected:
 * @actual: (out): the row of the cell, or the class; %MIEN_ANY_CLASS where nothing is chosen
 * @predicted: (out): the column of the cell; %MIEN_ANY_CLASS where none is chosen
 *
 * Returns: %FALSE where neither a cell nor a class is chosen
 */
gboolean
mien_matrix_pane_get_selected (MienMatrixPane *self, int *actual, int *predicted)
{
  guint row, column;

  g_return_val_if_fail (MIEN_IS_MATRIX_PANE (self), FALSE);

  if (mien_matrix_view_get_selected (self->matrix, &row, &column))
    {
      *actual = (int) row;
      *predicted = (int) column;
      return TRUE;
    }

  *actual = mien_class_table_get_selected (self->class_table);
  *predicted = MIEN_ANY_CLASS;
  return *actual != MIEN_ANY_CLASS;
}

/**
 * mien_matrix_pane_unselect:
 *
 * Gives the chosen cell or class up.
 */
void
mien_matrix_pane_unselect (MienMatrixPane *self)
{
  g_return_if_fail (MIEN_IS_MATRIX_PANE (self));

  mien_class_table_select (self->class_table, -1);
  class_changed (self);
}
