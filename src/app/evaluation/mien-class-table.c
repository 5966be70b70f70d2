/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-class-table.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"

#define N_COLUMNS 5

struct _MienClassTable
{
  GtkWidget parent_instance;

  GtkWidget *header; /* child: a row; NULL: empty, as the others */
  GtkListBox *list;  /* child: a row a class */
  GtkWidget *mean;   /* child: a row */
  GPtrArray *labels; /* borrowed GtkLabel: N_COLUMNS a row */
  guint n_classes;
  int selected; /* -1: no class */
};

static guint selection_changed_signal;

G_DEFINE_FINAL_TYPE (MienClassTable, mien_class_table, GTK_TYPE_WIDGET)

static void
mark (MienClassTable *self, gboolean selected)
{
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, self->selected));

  if (selected)
    gtk_widget_set_state_flags (row, GTK_STATE_FLAG_SELECTED, FALSE);
  else
    gtk_widget_unset_state_flags (row, GTK_STATE_FLAG_SELECTED);
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
}

static void
row_activated (MienClassTable *self, GtkListBoxRow *row)
{
  const int class_index = gtk_list_box_row_get_index (row);

  mien_class_table_select (self, class_index == self->selected ? -1 : class_index);
  g_signal_emit (self, selection_changed_signal, 0);
}

/* What stands in a row; the first column takes what the others leave. */
static GtkWidget *
make_fields (MienClassTable *self,
             GtkSizeGroup *const groups[N_COLUMNS],
             const char *const texts[N_COLUMNS],
             GtkAccessibleRole role,
             GtkAccessibleRole field_role,
             const char *style)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "accessible-role", role, "spacing", 12, NULL);

  for (guint column = 0; column < N_COLUMNS; column++)
    {
      GtkWidget *label = g_object_new (
        GTK_TYPE_LABEL, "accessible-role",
        field_role == GTK_ACCESSIBLE_ROLE_CELL && column == 0 ? GTK_ACCESSIBLE_ROLE_ROW_HEADER
                                                              : field_role,
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
      gtk_box_append (GTK_BOX (box), label);
      g_ptr_array_add (self->labels, label);
    }

  return box;
}

static GtkWidget *
make_metrics (MienClassTable *self,
              GtkSizeGroup *const groups[N_COLUMNS],
              const char *name,
              const MienClassMetrics *metrics,
              GtkAccessibleRole role,
              const char *style)
{
  g_autofree char *precision = mien_format_percent (metrics->precision, 1);
  g_autofree char *recall = mien_format_percent (metrics->recall, 1);
  g_autofree char *f1 = mien_format_percent (metrics->f1, 1);
  g_autofree char *support = mien_format_count (metrics->support);
  const char *const texts[N_COLUMNS] = { name, precision, recall, f1, support };

  return make_fields (self, groups, texts, role, GTK_ACCESSIBLE_ROLE_CELL, style);
}

static void
append_class (MienClassTable *self,
              GtkSizeGroup *const groups[N_COLUMNS],
              const char *name,
              const MienClassMetrics *metrics)
{
  GtkWidget *fields = make_metrics (self, groups, name, metrics, GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  GtkWidget *row = g_object_new (GTK_TYPE_LIST_BOX_ROW, "accessible-role", GTK_ACCESSIBLE_ROLE_ROW,
                                 "child", fields, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_list_box_append (self->list, row);
}

/* Not the list's own selection: that would follow the arrow keys. */
static GtkListBox *
make_list (MienClassTable *self)
{
  GtkListBox *list = g_object_new (GTK_TYPE_LIST_BOX, "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_ROW_GROUP, "selection-mode",
                                   GTK_SELECTION_NONE, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Classes"), -1);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (row_activated), self);
  return list;
}

static void
clear (MienClassTable *self)
{
  GtkWidget *list = GTK_WIDGET (self->list);

  g_ptr_array_set_size (self->labels, 0);
  self->n_classes = 0;
  self->selected = -1;
  self->list = NULL;
  g_clear_pointer (&self->header, gtk_widget_unparent);
  g_clear_pointer (&list, gtk_widget_unparent);
  g_clear_pointer (&self->mean, gtk_widget_unparent);
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

  selection_changed_signal = g_signal_new ("selection-changed", MIEN_TYPE_CLASS_TABLE,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "classtable");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TABLE);
}

static void
mien_class_table_init (MienClassTable *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  self->labels = g_ptr_array_new ();
  self->selected = -1;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 3);
}

/**
 * mien_class_table_set_evaluation:
 * @evaluation: (nullable): %NULL empties the table
 *
 * Shows the figures of each class; none is chosen.
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
  self->header = make_fields (self, groups, titles, GTK_ACCESSIBLE_ROLE_ROW,
                              GTK_ACCESSIBLE_ROLE_COLUMN_HEADER, "caption-heading");
  gtk_widget_set_parent (self->header, GTK_WIDGET (self));
  self->list = make_list (self);
  gtk_widget_set_parent (GTK_WIDGET (self->list), GTK_WIDGET (self));
  classes = mien_evaluation_get_classes (evaluation, &n_classes);
  self->n_classes = n_classes;
  for (guint c = 0; c < n_classes; c++)
    {
      mien_evaluation_get_class_metrics (evaluation, c, &metrics);
      append_class (self, groups, classes[c], &metrics);
    }
  mien_evaluation_get_macro (evaluation, &metrics);
  self->mean = make_metrics (self, groups, _ ("Mean"), &metrics, GTK_ACCESSIBLE_ROLE_ROW,
                             "dim-label");
  gtk_widget_set_parent (self->mean, GTK_WIDGET (self));
  for (guint column = 0; column < N_COLUMNS; column++)
    g_object_unref (groups[column]);
}

/**
 * mien_class_table_get_selected:
 *
 * Returns: the class that is chosen, or -1
 */
int
mien_class_table_get_selected (MienClassTable *self)
{
  g_return_val_if_fail (MIEN_IS_CLASS_TABLE (self), -1);

  return self->selected;
}

/**
 * mien_class_table_select:
 * @class_index: a class, or -1 to choose none
 */
void
mien_class_table_select (MienClassTable *self, int class_index)
{
  g_return_if_fail (MIEN_IS_CLASS_TABLE (self));
  g_return_if_fail (class_index < (int) self->n_classes);

  if (self->selected >= 0)
    mark (self, FALSE);
  self->selected = class_index;
  if (class_index >= 0)
    mark (self, TRUE);
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
