/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-adaptive-box.h"

enum
{
  START,
  END,
  N_CHILDREN
};

struct _MienAdaptiveBox
{
  GtkWidget parent_instance;

  GtkWidget *children[N_CHILDREN]; /* NULL: none */
  guint threshold;                 /* pixels: the width from which they stand side by side */
  guint spacing;
};

enum
{
  PROP_0,
  PROP_START,
  PROP_END,
  PROP_THRESHOLD,
  PROP_SPACING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienAdaptiveBox, mien_adaptive_box, GTK_TYPE_WIDGET)

static void
measure_child (MienAdaptiveBox *self,
               guint child,
               GtkOrientation orientation,
               int for_size,
               int *minimum,
               int *natural)
{
  *minimum = 0;
  *natural = 0;
  if (self->children[child] != NULL)
    gtk_widget_measure (self->children[child], orientation, for_size, minimum, natural, NULL, NULL);
}

static gboolean
is_wide (MienAdaptiveBox *self, int width)
{
  return width >= (int) self->threshold;
}

/* How a width is shared: half of it each, but no child less than it needs. */
static void
share_width (MienAdaptiveBox *self, int width, int widths[N_CHILDREN])
{
  int minimum[N_CHILDREN];
  int natural;

  for (guint i = 0; i < N_CHILDREN; i++)
    measure_child (self, i, GTK_ORIENTATION_HORIZONTAL, -1, &minimum[i], &natural);

  width = MAX (width - (int) self->spacing, 0);
  widths[START] = CLAMP (width / 2, minimum[START], MAX (width - minimum[END], minimum[START]));
  widths[END] = MAX (width - widths[START], minimum[END]);
}

static GtkSizeRequestMode
mien_adaptive_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
mien_adaptive_box_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  MienAdaptiveBox *self = MIEN_ADAPTIVE_BOX (widget);
  int widths[N_CHILDREN] = { for_size, for_size };
  int minima[N_CHILDREN];
  int naturals[N_CHILDREN];

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      for (guint i = 0; i < N_CHILDREN; i++)
        measure_child (self, i, orientation, -1, &minima[i], &naturals[i]);
      *minimum = MAX (minima[START], minima[END]);
      *natural = naturals[START] + (int) self->spacing + naturals[END];
      return;
    }

  if (for_size >= 0 && is_wide (self, for_size))
    share_width (self, for_size, widths);
  for (guint i = 0; i < N_CHILDREN; i++)
    measure_child (self, i, orientation, widths[i], &minima[i], &naturals[i]);
  if (for_size >= 0 && is_wide (self, for_size))
    {
      *minimum = MAX (minima[START], minima[END]);
      *natural = MAX (naturals[START], naturals[END]);
    }
  else
    {
      *minimum = minima[START] + (int) self->spacing + minima[END];
      *natural = naturals[START] + (int) self->spacing + naturals[END];
    }
}

static void
allocate_child (MienAdaptiveBox *self, guint child, int x, int y, int width, int height)
{
  if (self->children[child] != NULL)
    gtk_widget_size_allocate (self->children[child], &(GtkAllocation){ x, y, width, height }, -1);
}

static void
mien_adaptive_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MienAdaptiveBox *self = MIEN_ADAPTIVE_BOX (widget);
  const int spacing = (int) self->spacing;

  if (is_wide (self, width))
    {
      const gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
      int widths[N_CHILDREN];

      share_width (self, width, widths);
      allocate_child (self, START, mirrored ? width - widths[START] : 0, 0, widths[START], height);
      allocate_child (self, END, mirrored ? 0 : widths[START] + spacing, 0, widths[END], height);
    }
  else
    {
      int minimum[N_CHILDREN];
      int natural[N_CHILDREN];
      int first;

      for (guint i = 0; i < N_CHILDREN; i++)
        measure_child (self, i, GTK_ORIENTATION_VERTICAL, width, &minimum[i], &natural[i]);
      /* The first gets what it likes, but no more than half where the second likes more too. */
      first = MIN (natural[START], MAX (height / 2, height - spacing - natural[END]));
      first = MAX (MIN (first, height - spacing - minimum[END]), minimum[START]);
      allocate_child (self, START, 0, 0, width, first);
      allocate_child (self, END, 0, first + spacing, width,
                      MAX (height - spacing - first, minimum[END]));
    }
}

static void
set_child (MienAdaptiveBox *self, guint position, GtkWidget *child)
{
  if (self->children[position] == child)
    return;

  g_clear_pointer (&self->children[position], gtk_widget_unparent);
  self->children[position] = child;
  if (child != NULL)
    gtk_widget_insert_after (child, GTK_WIDGET (self),
                             position == START ? NULL : self->children[START]);
}

static void
mien_adaptive_box_dispose (GObject *object)
{
  MienAdaptiveBox *self = MIEN_ADAPTIVE_BOX (object);

  for (guint i = 0; i < N_CHILDREN; i++)
    g_clear_pointer (&self->children[i], gtk_widget_unparent);

  G_OBJECT_CLASS (mien_adaptive_box_parent_class)->dispose (object);
}

static void
mien_adaptive_box_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MienAdaptiveBox *self = MIEN_ADAPTIVE_BOX (object);

  switch (id)
    {
    case PROP_START:
      g_value_set_object (value, self->children[START]);
      break;
    case PROP_END:
      g_value_set_object (value, self->children[END]);
      break;
    case PROP_THRESHOLD:
      g_value_set_uint (value, self->threshold);
      break;
    case PROP_SPACING:
      g_value_set_uint (value, self->spacing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_adaptive_box_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MienAdaptiveBox *self = MIEN_ADAPTIVE_BOX (object);

  switch (id)
    {
    case PROP_START:
      mien_adaptive_box_set_start (self, g_value_get_object (value));
      break;
    case PROP_END:
      mien_adaptive_box_set_end (self, g_value_get_object (value));
      break;
    case PROP_THRESHOLD:
      self->threshold = g_value_get_uint (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_SPACING:
      self->spacing = g_value_get_uint (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_adaptive_box_class_init (MienAdaptiveBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = mien_adaptive_box_dispose;
  object_class->get_property = mien_adaptive_box_get_property;
  object_class->set_property = mien_adaptive_box_set_property;
  widget_class->get_request_mode = mien_adaptive_box_get_request_mode;
  widget_class->measure = mien_adaptive_box_measure;
  widget_class->size_allocate = mien_adaptive_box_size_allocate;

  properties[PROP_START] = g_param_spec_object ("start", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_END] = g_param_spec_object ("end", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_THRESHOLD] = g_param_spec_uint ("threshold", NULL, NULL, 0, G_MAXINT, 600, flags);
  properties[PROP_SPACING] = g_param_spec_uint ("spacing", NULL, NULL, 0, 100, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
mien_adaptive_box_init (MienAdaptiveBox *self)
{
  self->threshold = 600;
}

/**
 * mien_adaptive_box_set_start:
 * @child: (nullable): what stands first, at the start or on top
 */
void
mien_adaptive_box_set_start (MienAdaptiveBox *self, GtkWidget *child)
{
  g_return_if_fail (MIEN_IS_ADAPTIVE_BOX (self));

  set_child (self, START, child);
}

/**
 * mien_adaptive_box_set_end:
 * @child: (nullable): what stands second; it takes the height that is left below the first
 */
void
mien_adaptive_box_set_end (MienAdaptiveBox *self, GtkWidget *child)
{
  g_return_if_fail (MIEN_IS_ADAPTIVE_BOX (self));

  set_child (self, END, child);
}
