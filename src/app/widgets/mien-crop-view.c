/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-crop-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MINIMUM_SIZE 240
#define NATURAL_SIZE 480

/* Pixels on the screen: how near to a corner it is taken hold of, and how large it is drawn. */
#define REACH 16
#define HANDLE 8

/* Pixels of the picture: a smaller square holds nothing to see. */
#define SMALLEST 8

/* Of the picture's shorter side: the square to begin with, and a step of the keyboard. */
#define FIRST 0.6
#define STEP 0.02

typedef enum
{
  HOLD_NOTHING,
  HOLD_SQUARE, /* it moves */
  HOLD_CORNER  /* it grows and shrinks from the corner across, its anchor */
} Hold;

struct _MienCropView
{
  GtkWidget parent_instance;

  GdkTexture *texture; /* owned; NULL: nothing is shown */

  /* In pixels of the picture */
  gboolean has_crop;
  double x, y, size;

  Hold hold;
  double anchor_x, anchor_y; /* the corner across, or from the square's corner to the pointer */
  double start_x, start_y;   /* of the pointer, in the widget */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (MienCropView, mien_crop_view, GTK_TYPE_WIDGET)

static double
get_limit (MienCropView *self)
{
  return MIN (gdk_texture_get_width (self->texture), gdk_texture_get_height (self->texture));
}

/* Where the picture lies in the widget: in the middle, its proportions kept. */
static double
place (MienCropView *self, double *left, double *top)
{
  const double width = gtk_widget_get_width (GTK_WIDGET (self));
  const double height = gtk_widget_get_height (GTK_WIDGET (self));
  const double scale = MIN (width / gdk_texture_get_width (self->texture),
                            height / gdk_texture_get_height (self->texture));

  *left = (width - scale * gdk_texture_get_width (self->texture)) / 2;
  *top = (height - scale * gdk_texture_get_height (self->texture)) / 2;
  return scale;
}

/* What can have the focus says what it is, without a picture too. */
static void
set_name (MienCropView *self, const char *title)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title != NULL ? title : _ ("No picture"), -1);
}

static void
changed (MienCropView *self)
{
  g_autofree char *text = NULL;

  if (self->has_crop)
    /* TRANSLATORS: pixels: the side of a square, and where its left upper corner lies */
    text = g_strdup_printf (_ ("Square of %.0f pixels at %.0f, %.0f"), self->size, self->x,
                            self->y);
  else
    text = g_strdup (_ ("The whole picture"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, changed_signal, 0);
}

/* The square at the nearest place where it lies within the picture. */
static void
set_square (MienCropView *self, double x, double y, double size)
{
  self->has_crop = TRUE;
  self->size = CLAMP (size, MIN (SMALLEST, get_limit (self)), get_limit (self));
  self->x = CLAMP (x, 0, gdk_texture_get_width (self->texture) - self->size);
  self->y = CLAMP (y, 0, gdk_texture_get_height (self->texture) - self->size);
  changed (self);
}

static void
set_first_square (MienCropView *self)
{
  const double size = FIRST * get_limit (self);

  set_square (self, (gdk_texture_get_width (self->texture) - size) / 2,
              (gdk_texture_get_height (self->texture) - size) / 2, size);
}

static gboolean
find_corner (MienCropView *self, double x, double y, double scale)
{
  for (int corner = 0; corner < 4; corner++)
    {
      const double across_x = self->x + (corner & 1 ? 0 : self->size);
      const double across_y = self->y + (corner & 2 ? 0 : self->size);
      const double corner_x = self->x + (corner & 1 ? self->size : 0);
      const double corner_y = self->y + (corner & 2 ? self->size : 0);

      if (hypot (x - corner_x, y - corner_y) * scale > REACH)
        continue;
      self->anchor_x = across_x;
      self->anchor_y = across_y;
      return TRUE;
    }

  return FALSE;
}

static void
drag_begin (MienCropView *self, double start_x, double start_y)
{
  double left, top, scale, x, y;

  self->hold = HOLD_NOTHING;
  if (self->texture == NULL)
    return;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  scale = place (self, &left, &top);
  x = (start_x - left) / scale;
  y = (start_y - top) / scale;
  self->start_x = start_x;
  self->start_y = start_y;

  if (self->has_crop && find_corner (self, x, y, scale))
    {
      self->hold = HOLD_CORNER;
    }
  else if (self->has_crop && x >= self->x && x <= self->x + self->size && y >= self->y &&
           y <= self->y + self->size)
    {
      self->hold = HOLD_SQUARE;
      self->anchor_x = x - self->x;
      self->anchor_y = y - self->y;
    }
  else
    {
      /* Beside it a new one begins. */
      self->hold = HOLD_CORNER;
      self->anchor_x = CLAMP (x, 0, gdk_texture_get_width (self->texture));
      self->anchor_y = CLAMP (y, 0, gdk_texture_get_height (self->texture));
    }
}

static void
drag_update (MienCropView *self, double offset_x, double offset_y)
{
  double left, top, scale, x, y, size;

  if (self->texture == NULL || self->hold == HOLD_NOTHING)
    return;

  scale = place (self, &left, &top);
  x = (self->start_x + offset_x - left) / scale;
  y = (self->start_y + offset_y - top) / scale;
  if (self->hold == HOLD_SQUARE)
    {
      set_square (self, x - self->anchor_x, y - self->anchor_y, self->size);
      return;
    }

  /* The longer way gives the side, as far as there is picture on that side of the anchor. */
  size = MAX (fabs (x - self->anchor_x), fabs (y - self->anchor_y));
  size = MIN (size, x < self->anchor_x ? self->anchor_x
                                       : gdk_texture_get_width (self->texture) - self->anchor_x);
  size = MIN (size, y < self->anchor_y ? self->anchor_y
                                       : gdk_texture_get_height (self->texture) - self->anchor_y);
  set_square (self, x < self->anchor_x ? self->anchor_x - size : self->anchor_x,
              y < self->anchor_y ? self->anchor_y - size : self->anchor_y, size);
}

static gboolean
key_pressed (MienCropView *self, guint keyval, guint keycode, GdkModifierType state)
{
  const gboolean fine = (state & GDK_SHIFT_MASK) != 0;
  double step, grow = 0, dx = 0, dy = 0;

  if (self->texture == NULL || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  step = fine ? 1 : MAX (STEP * get_limit (self), 1);
  switch (keyval)
    {
    case GDK_KEY_Left:
      dx = -step;
      break;
    case GDK_KEY_Right:
      dx = step;
      break;
    case GDK_KEY_Up:
      dy = -step;
      break;
    case GDK_KEY_Down:
      dy = step;
      break;
    case GDK_KEY_plus:
    case GDK_KEY_KP_Add:
      grow = step;
      break;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      grow = -step;
      break;
    case GDK_KEY_Delete:
    case GDK_KEY_BackSpace:
      mien_crop_view_set_crop (self, NULL);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }

  if (!self->has_crop)
    set_first_square (self);
  else
    set_square (self, self->x + dx - grow, self->y + dy - grow, self->size + 2 * grow);
  return GDK_EVENT_STOP;
}

static void
append_shade (GtkSnapshot *snapshot, double x, double y, double width, double height)
{
  const GdkRGBA shade = { 0, 0, 0, 0.5f };

  if (width > 0 && height > 0)
    gtk_snapshot_append_color (snapshot, &shade, &GRAPHENE_RECT_INIT (x, y, width, height));
}

/* Black around white is seen on any picture. */
static void
append_square (GtkSnapshot *snapshot, double x, double y, double size)
{
  const GdkRGBA black = { 0, 0, 0, 1 };
  const GdkRGBA white = { 1, 1, 1, 1 };
  GskRoundedRect rim;

  gsk_rounded_rect_init_from_rect (&rim, &GRAPHENE_RECT_INIT (x - 2, y - 2, size + 4, size + 4), 0);
  gtk_snapshot_append_border (snapshot, &rim, (float[4]){ 1, 1, 1, 1 },
                              (GdkRGBA[4]){ black, black, black, black });
  gsk_rounded_rect_init_from_rect (&rim, &GRAPHENE_RECT_INIT (x - 1, y - 1, size + 2, size + 2), 0);
  gtk_snapshot_append_border (snapshot, &rim, (float[4]){ 2, 2, 2, 2 },
                              (GdkRGBA[4]){ white, white, white, white });
  for (int corner = 0; corner < 4; corner++)
    {
      const double at_x = x + (corner & 1 ? size : 0) - HANDLE / 2.0;
      const double at_y = y + (corner & 2 ? size : 0) - HANDLE / 2.0;

      gtk_snapshot_append_color (snapshot, &black,
                                 &GRAPHENE_RECT_INIT (at_x - 1, at_y - 1, HANDLE + 2, HANDLE + 2));
      gtk_snapshot_append_color (snapshot, &white,
                                 &GRAPHENE_RECT_INIT (at_x, at_y, HANDLE, HANDLE));
    }
}

static void
mien_crop_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MienCropView *self = MIEN_CROP_VIEW (widget);
  double left, top, scale, width, height, x, y, size;

  if (self->texture == NULL)
    return;

  scale = place (self, &left, &top);
  width = scale * gdk_texture_get_width (self->texture);
  height = scale * gdk_texture_get_height (self->texture);
  gtk_snapshot_append_texture (snapshot, self->texture,
                               &GRAPHENE_RECT_INIT (left, top, width, height));
  if (!self->has_crop)
    return;

  x = left + scale * self->x;
  y = top + scale * self->y;
  size = scale * self->size;
  append_shade (snapshot, left, top, width, y - top);
  append_shade (snapshot, left, y + size, width, top + height - y - size);
  append_shade (snapshot, left, y, x - left, size);
  append_shade (snapshot, x + size, y, left + width - x - size, size);
  append_square (snapshot, x, y, size);
}

static void
mien_crop_view_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  *minimum = MINIMUM_SIZE;
  *natural = NATURAL_SIZE;
}

static void
mien_crop_view_dispose (GObject *object)
{
  g_clear_object (&MIEN_CROP_VIEW (object)->texture);

  G_OBJECT_CLASS (mien_crop_view_parent_class)->dispose (object);
}

static void
mien_crop_view_class_init (MienCropViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_crop_view_dispose;
  widget_class->snapshot = mien_crop_view_snapshot;
  widget_class->measure = mien_crop_view_measure;

  changed_signal = g_signal_new ("crop-changed", MIEN_TYPE_CROP_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "cropview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mien_crop_view_init (MienCropView *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "crosshair");
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  set_name (self, NULL);
}

/**
 * mien_crop_view_set_texture:
 * @texture: (nullable): the picture; %NULL: none
 * @title: (nullable): what it is called, for those who do not see it
 *
 * Shows a picture without a square on it.
 */
void
mien_crop_view_set_texture (MienCropView *self, GdkTexture *texture, const char *title)
{
  g_return_if_fail (MIEN_IS_CROP_VIEW (self));

  g_set_object (&self->texture, texture);
  self->has_crop = FALSE;
  self->hold = HOLD_NOTHING;
  set_name (self, title);
  changed (self);
}

/**
 * mien_crop_view_get_crop:
 * @crop: (out): the square, in pixels of the picture, and within it; else untouched
 *
 * Returns: whether there is a square; it is the whole picture where there is none
 */
gboolean
mien_crop_view_get_crop (MienCropView *self, GdkRectangle *crop)
{
  int side;

  g_return_val_if_fail (MIEN_IS_CROP_VIEW (self), FALSE);

  if (!self->has_crop)
    return FALSE;

  side = MAX ((int) self->size, 1);
  *crop = (GdkRectangle){
    .x = MIN ((int) lround (self->x), gdk_texture_get_width (self->texture) - side),
    .y = MIN ((int) lround (self->y), gdk_texture_get_height (self->texture) - side),
    .width = side,
    .height = side,
  };
  return TRUE;
}

/**
 * mien_crop_view_set_crop:
 * @crop: (nullable): a square in pixels of the picture, of @crop's width; %NULL: the whole picture
 *
 * Sets the square, moved and shrunk into the picture. There must be one for a square.
 */
void
mien_crop_view_set_crop (MienCropView *self, const GdkRectangle *crop)
{
  g_return_if_fail (MIEN_IS_CROP_VIEW (self));
  g_return_if_fail (crop == NULL || self->texture != NULL);

  if (crop != NULL)
    {
      set_square (self, crop->x, crop->y, crop->width);
    }
  else if (self->has_crop)
    {
      self->has_crop = FALSE;
      changed (self);
    }
}
