/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-split-bar.h"

#define BAR_HEIGHT 10
#define SEGMENT_GAP 1

struct _MienSplitBar
{
  GtkWidget parent_instance;

  GtkWidget *segments[MIEN_N_SPLITS]; /* children */
  guint counts[MIEN_N_SPLITS];
  guint maximum; /* pictures that fill the whole width */
};

/* style.css gives each its own shade and pattern. */
static const char *const css_classes[MIEN_N_SPLITS] = { "training", "validation", "test" };

G_DEFINE_FINAL_TYPE (MienSplitBar, mien_split_bar, GTK_TYPE_WIDGET)

static void
mien_split_bar_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  MienSplitBar *self = MIEN_SPLIT_BAR (widget);

  /* The children have to be measured to be allocated. */
  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    gtk_widget_measure (self->segments[split], orientation, -1, NULL, NULL, NULL, NULL);

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 4 * MIEN_N_SPLITS : BAR_HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 20 * MIEN_N_SPLITS : BAR_HEIGHT;
}

static void
mien_split_bar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MienSplitBar *self = MIEN_SPLIT_BAR (widget);
  const gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  guint64 before = 0;

  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    {
      const guint64 after = before + self->counts[split];
      const int start = self->maximum > 0 ? (int) (before * width / self->maximum) : 0;
      const int end = self->maximum > 0 ? (int) (after * width / self->maximum) : 0;
      /* A split that has a picture at all is seen. */
      const int length = MAX (end - start - SEGMENT_GAP, 1);

      gtk_widget_set_child_visible (self->segments[split], self->counts[split] > 0);
      if (self->counts[split] > 0)
        gtk_widget_size_allocate (
          self->segments[split],
          &(GtkAllocation){ mirrored ? width - start - length : start, 0, length, height }, -1);
      before = after;
    }
}

static void
mien_split_bar_dispose (GObject *object)
{
  MienSplitBar *self = MIEN_SPLIT_BAR (object);

  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    g_clear_pointer (&self->segments[split], gtk_widget_unparent);

  G_OBJECT_CLASS (mien_split_bar_parent_class)->dispose (object);
}

static void
mien_split_bar_class_init (MienSplitBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_split_bar_dispose;
  widget_class->measure = mien_split_bar_measure;
  widget_class->size_allocate = mien_split_bar_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "splitbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
mien_split_bar_init (MienSplitBar *self)
{
  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    {
      self->segments[split] = mien_split_bar_new_swatch (split);
      gtk_widget_set_parent (self->segments[split], GTK_WIDGET (self));
    }
}

/**
 * mien_split_bar_new:
 *
 * Returns: (transfer floating): a new, empty bar
 */
GtkWidget *
mien_split_bar_new (void)
{
  return g_object_new (MIEN_TYPE_SPLIT_BAR, NULL);
}

/**
 * mien_split_bar_set:
 * @counts: pictures in each split
 * @maximum: the pictures that would fill the whole width: those of the largest class
 */
void
mien_split_bar_set (MienSplitBar *self, const guint counts[MIEN_N_SPLITS], guint maximum)
{
  g_return_if_fail (MIEN_IS_SPLIT_BAR (self));

  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    self->counts[split] = counts[split];
  self->maximum = maximum;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/**
 * mien_split_bar_new_swatch:
 * @split: a split
 *
 * Returns: (transfer floating): a field in the colour and pattern of @split, for a bar or its
 * legend
 */
GtkWidget *
mien_split_bar_new_swatch (MienSplit split)
{
  GtkWidget *swatch = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (swatch, "split-swatch");
  gtk_widget_add_css_class (swatch, css_classes[split]);

  return swatch;
}
