/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-class-table.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"

#define N_COLUMNS 5

struct _MienClassTable
{
  GtkWidget parent_instance;

  GPtrArray *labels; /* borrowed GtkLabel: N_COLUMNS a row */
};

G_DEFINE_FINAL_TYPE (MienClassTable, mien_class_table, GTK_TYPE_WIDGET)

/* Rows are boxes, so that assistive technology finds rows; the first column takes what the others
 * leave. */
static void
append_row (MienClassTable *self,
            GtkSizeGroup *const groups[N_COLUMNS],
            const char *const texts[N_COLUMNS],
            GtkAccessibleRole role,
            const char *style)
{
  GtkWidget *row = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ROW,
                                 "spacing", 12, NULL);

  for (guint column = 0; column < N_COLUMNS; column++)
    {
      GtkWidget *label = g_object_new (
        GTK_TYPE_LABEL, "accessible-role",
        role == GTK_ACCESSIBLE_ROLE_CELL && column == 0 ? GTK_ACCESSIBLE_ROLE_ROW_HEADER : role,
        "label", texts[column], "xalign", column == 0 ? 0.0f : 1.0f, NULL);

      if (column == 0)
        {
          gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
          gtk_widget_set_tooltip_text (label, texts[column]);
          gtk_widget_set_hexpand (label, TRUE);
        }
      else
        gtk_widget_add_css_class (label, "numeric");
      if (style != NULL)
        gtk_widget_add_css_class (label, style);
      gtk_size_group_add_widget (groups[column], label);
      gtk_box_append (GTK_BOX (row), label);
      g_ptr_array_add (self->labels, label);
    }
  gtk_widget_set_parent (row, GTK_WIDGET (self));
}

static void
append_metrics (MienClassTable *self,
                GtkSizeGroup *const groups[N_COLUMNS],
                const char *name,
                const MienClassMetrics *metrics,
                const char *style)
{
  g_autofree char *precision = mien_format_percent (metrics->precision, 1);
  g_autofree char *recall = mien_format_percent (metrics->recall, 1);
  g_autofree char *f1 = mien_format_percent (metrics->f1, 1);
  g_autofree char *support = mien_format_count (metrics->support);
  const char *const texts[N_COLUMNS] = { name, precision, recall, f1, support };

  append_row (self, groups, texts, GTK_ACCESSIBLE_ROLE_CELL, style);
}

static void
clear (MienClassTable *self)
{
  GtkWidget *row;

  g_ptr_array_set_size (self->labels, 0);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (row);
}

static void
mien_class_table_dispose (GObject *object)
{
  clear (MIEN_CLASS_TABLE (object));

  G_OBJECT_CLASS (mien_class_table_parent_class)->dispose (object);
}

static void
mien_class_table_finalize (GObject *object)
{
  g_ptr_array_unref (MIEN_CLASS_TABLE (object)->labels);

  G_OBJECT_CLASS (mien_class_table_parent_class)->finalize (object);
}

static void
mien_class_table_class_init (MienClassTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_class_table_dispose;
  G_OBJECT_CLASS (klass)->finalize = mien_class_table_finalize;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TABLE);
}

static void
mien_class_table_init (MienClassTable *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  self->labels = g_ptr_array_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
}

/**
 * mien_class_table_set_evaluation:
 * @evaluation: (nullable): %NULL empties the table
 *
 * Shows the figures of each class.
 */
void
mien_class_table_set_evaluation (MienClassTable *self, MienEvaluation *evaluation)
{
  const char *const titles[N_COLUMNS] = { _ ("Class"), _ ("Precision"), _ ("Recall"),
                                          /* TRANSLATORS: harmonic mean of precision and recall */
                                          _ ("F1"), _ ("Pictures") };
  GtkSizeGroup *groups[N_COLUMNS];
  const char *const *classes;
  MienClassMetrics metrics;
  guint n_classes;

  g_return_if_fail (MIEN_IS_CLASS_TABLE (self));

  clear (self);
  if (evaluation == NULL)
    return;

  for (guint column = 0; column < N_COLUMNS; column++)
    groups[column] = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  append_row (self, groups, titles, GTK_ACCESSIBLE_ROLE_COLUMN_HEADER, "caption-heading");
  classes = mien_evaluation_get_classes (evaluation, &n_classes);
  for (guint c = 0; c < n_classes; c++)
    {
      mien_evaluation_get_class_metrics (evaluation, c, &metrics);
      append_metrics (self, groups, classes[c], &metrics, NULL);
    }
  mien_evaluation_get_macro (evaluation, &metrics);
  append_metrics (self, groups, _ ("Mean"), &metrics, "dim-label");
  for (guint column = 0; column < N_COLUMNS; column++)
    g_object_unref (groups[column]);
}

/**
 * mien_class_table_get_text:
 * @row: 0 is the row of headers
 * @column: 0 to 4
 *
 * Returns: (transfer none) (nullable): what stands there; %NULL where there is no such row
 */
const char *
mien_class_table_get_text (MienClassTable *self, guint row, guint column)
{
  g_return_val_if_fail (MIEN_IS_CLASS_TABLE (self), NULL);
  g_return_val_if_fail (column < N_COLUMNS, NULL);

  if (row * N_COLUMNS >= self->labels->len)
    return NULL;

  return gtk_label_get_label (g_ptr_array_index (self->labels, row * N_COLUMNS + column));
}
