/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-class-bars.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"
#include "app/widgets/mien-split-bar.h"

struct _MienClassBars
{
  GtkBox parent_instance;

  GtkWidget *list; /* children */
  GtkWidget *legend;
};

static guint class_activated_signal;

G_DEFINE_FINAL_TYPE (MienClassBars, mien_class_bars, GTK_TYPE_BOX)

static void
row_activated (MienClassBars *self, GtkListBoxRow *row)
{
  g_signal_emit (self, class_activated_signal, 0, (guint) gtk_list_box_row_get_index (row));
}

static void
mien_class_bars_class_init (MienClassBarsClass *klass)
{
  class_activated_signal = g_signal_new ("class-activated", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_UINT);
}

static void
mien_class_bars_init (MienClassBars *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);

  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Classes"), -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated), self);
  gtk_box_append (GTK_BOX (self), self->list);

  self->legend = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_halign (self->legend, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self), self->legend);
}

static GtkWidget *
make_label (const char *text, gboolean expand, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (expand)
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_set_hexpand (label, TRUE);
    }
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

static GtkWidget *
make_row (const char *name, const guint *counts, guint maximum)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *bar = mien_split_bar_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *total_text = NULL;
  guint total = 0;

  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    {
      total += counts[split];
      if (counts[split] > 0)
        {
          g_autofree char *count = mien_format_count (counts[split]);

          /* TRANSLATORS: the name of a split and how many pictures are in it */
          g_string_append_printf (text, _ ("%s: %s\n"), mien_split_get_title (split), count);
        }
    }
  if (text->len > 0)
    g_string_truncate (text, text->len - 1);
  total_text = mien_format_count (total);

  mien_split_bar_set (MIEN_SPLIT_BAR (bar), counts, maximum);
  gtk_box_append (GTK_BOX (line), make_label (name, TRUE, NULL));
  gtk_box_append (GTK_BOX (line), make_label (total_text, FALSE, "numeric"));
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, text->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);

  return row;
}

static void
clear (GtkWidget *list, void (*remove) (GtkWidget *list, GtkWidget *child))
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (list)) != NULL)
    remove (list, child);
}

static void
remove_row (GtkWidget *list, GtkWidget *child)
{
  gtk_list_box_remove (GTK_LIST_BOX (list), child);
}

static void
remove_entry (GtkWidget *legend, GtkWidget *child)
{
  gtk_box_remove (GTK_BOX (legend), child);
}

static void
add_legend (MienClassBars *self, MienSplit split)
{
  GtkWidget *entry = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *swatch = mien_split_bar_new_swatch (split);
  GtkWidget *label = make_label (mien_split_get_title (split), FALSE, "caption");

  /* Two lists side by side are not to be made unequal by what is written below them. */
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, mien_split_get_title (split));
  gtk_widget_set_size_request (swatch, 12, 10);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (entry), swatch);
  gtk_box_append (GTK_BOX (entry), label);
  gtk_box_append (GTK_BOX (self->legend), entry);
}

static void
fill (MienClassBars *self,
      const char *const *names,
      const guint *counts,
      guint n_classes,
      guint maximum,
      gboolean activatable)
{
  guint totals[MIEN_N_SPLITS] = { 0 };

  clear (self->list, remove_row);
  clear (self->legend, remove_entry);
  for (guint i = 0; i < n_classes; i++)
    {
      GtkWidget *row = make_row (names[i], counts + i * MIEN_N_SPLITS, maximum);

      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), activatable);
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
      for (guint split = 0; split < MIEN_N_SPLITS; split++)
        totals[split] += counts[i * MIEN_N_SPLITS + split];
    }
  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    if (totals[split] > 0)
      add_legend (self, split);
}

/**
 * mien_class_bars_set_dataset:
 * @dataset: (nullable): whose classes to show
 */
void
mien_class_bars_set_dataset (MienClassBars *self, MienDataset *dataset)
{
  const char *const *names = NULL;
  g_autofree guint *counts = NULL;
  guint n_classes = 0;
  guint maximum = 0;

  g_return_if_fail (MIEN_IS_CLASS_BARS (self));

  if (dataset != NULL)
    names = mien_dataset_get_classes (dataset, &n_classes);
  counts = g_new0 (guint, (gsize) n_classes * MIEN_N_SPLITS);
  for (guint i = 0; i < n_classes; i++)
    {
      guint total = 0;

      for (guint split = 0; split < MIEN_N_SPLITS; split++)
        {
          counts[i * MIEN_N_SPLITS + split] = mien_dataset_count (dataset, i, split);
          total += counts[i * MIEN_N_SPLITS + split];
        }
      maximum = MAX (maximum, total);
    }
  fill (self, names, counts, n_classes, maximum, TRUE);
}

/**
 * mien_class_bars_set_counts:
 * @names: (array length=n_classes): of the classes
 * @counts: (array): (n_classes, MIEN_N_SPLITS): pictures
 * @n_classes: how many classes there are; 0 empties the list
 * @maximum: the pictures that would fill the whole width, so that two lists can be compared
 *
 * Shows classes that are not those of a data set; their rows lead nowhere.
 */
void
mien_class_bars_set_counts (MienClassBars *self,
                            const char *const *names,
                            const guint *counts,
                            guint n_classes,
                            guint maximum)
{
  g_return_if_fail (MIEN_IS_CLASS_BARS (self));

  fill (self, names, counts, n_classes, maximum, FALSE);
}
