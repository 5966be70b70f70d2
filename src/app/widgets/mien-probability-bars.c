/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-probability-bars.h"

#include "app/widgets/mien-format.h"

struct _MienProbabilityBars
{
  GtkBox parent_instance;
};

G_DEFINE_FINAL_TYPE (MienProbabilityBars, mien_probability_bars, GTK_TYPE_BOX)

/* A cell: a line with the class and its percentage, over a bar. */
static GtkWidget *
make_cell (void)
{
  GtkWidget *cell = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *percent = gtk_label_new (NULL);
  GtkWidget *bar = gtk_level_bar_new ();

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (name, "caption");
  gtk_widget_add_css_class (percent, "caption");
  gtk_widget_add_css_class (percent, "numeric");
  gtk_widget_add_css_class (percent, "dim-label");
  gtk_box_append (GTK_BOX (line), name);
  gtk_box_append (GTK_BOX (line), percent);

  /* A probability is neither low nor high: one colour for all. */
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_FULL);

  gtk_box_append (GTK_BOX (cell), line);
  gtk_box_append (GTK_BOX (cell), bar);
  gtk_widget_set_hexpand (cell, TRUE);

  return cell;
}

static void
fill_cell (GtkWidget *cell, const char *class_name, double probability)
{
  GtkWidget *line = gtk_widget_get_first_child (cell);
  GtkWidget *name = gtk_widget_get_first_child (line);
  GtkWidget *bar = gtk_widget_get_last_child (cell);
  g_autofree char *percent = mien_format_percent (probability, 0);

  gtk_label_set_label (GTK_LABEL (name), class_name);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (line)), percent);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (bar), CLAMP (probability, 0, 1));
  gtk_widget_set_tooltip_text (cell, class_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, class_name,
                                  -1);
}

static void
mien_probability_bars_class_init (MienProbabilityBarsClass *klass)
{
}

static void
mien_probability_bars_init (MienProbabilityBars *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_box_set_homogeneous (GTK_BOX (self), TRUE);
}

/**
 * mien_probability_bars_new:
 * @orientation: how the classes follow each other
 *
 * Returns: (transfer floating): a new widget without a class
 */
GtkWidget *
mien_probability_bars_new (GtkOrientation orientation)
{
  return g_object_new (MIEN_TYPE_PROBABILITY_BARS, "orientation", orientation, NULL);
}

/**
 * mien_probability_bars_set:
 * @classes: (array length=n_classes): class names
 * @probabilities: (array length=n_classes): 0 to 1
 * @n_classes: how many there are
 * @n_shown: how many to show, the most probable first; of equal ones the first in @classes
 *
 * Shows one answer.
 */
void
mien_probability_bars_set (MienProbabilityBars *self,
                           const char *const *classes,
                           const float *probabilities,
                           guint n_classes,
                           guint n_shown)
{
  g_autofree gboolean *taken = g_new0 (gboolean, n_classes);
  GtkWidget *cell = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_return_if_fail (MIEN_IS_PROBABILITY_BARS (self));

  for (guint shown = 0; shown < MIN (n_shown, n_classes); shown++)
    {
      guint best = n_classes;

      for (guint i = 0; i < n_classes; i++)
        if (!taken[i] && (best == n_classes || probabilities[i] > probabilities[best]))
          best = i;
      taken[best] = TRUE;

      if (cell == NULL)
        {
          cell = make_cell ();
          gtk_box_append (GTK_BOX (self), cell);
        }
      fill_cell (cell, classes[best], probabilities[best]);
      cell = gtk_widget_get_next_sibling (cell);
    }

  while (cell != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (cell);

      gtk_box_remove (GTK_BOX (self), cell);
      cell = next;
    }
}
