/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-matrix-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/widgets/mien-format.h"
#include "app/widgets/mien-save-figure.h"

#define GAP 3
#define NAME_CHARS 14
/* With more classes the middle of the columns may be scrolled out of sight. */
#define CENTRED_CLASSES 6

struct _MienMatrixView
{
  GtkWidget parent_instance;

  GtkWidget *scrolled; /* child */
  GtkWidget *grid;     /* in it: a row of headers, then a row a class */

  char **classes; /* owned */
  guint n_classes;
  guint *counts;    /* owned; (n_classes, n_classes), rows actual */
  guint *order;     /* owned; the classes as they are shown */
  GPtrArray *cells; /* borrowed MienMatrixCell, as the counts */
  MienMatrixMode mode;
  int focused;  /* the cell that Tab reaches */
  int selected; /* -1: none */
};

static guint selection_changed_signal;

G_DEFINE_FINAL_TYPE (MienMatrixView, mien_matrix_view, GTK_TYPE_WIDGET)

static guint
get_count (MienMatrixView *self, guint actual, guint predicted)
{
  return self->counts[actual * self->n_classes + predicted];
}

static guint
sum_row (MienMatrixView *self, guint actual)
{
  guint sum = 0;

  for (guint c = 0; c < self->n_classes; c++)
    sum += get_count (self, actual, c);
  return sum;
}

/* A cell in words. Counts and shares stand beside each other, so that no one has to switch for
 * them. */
static char *
describe_cell (MienMatrixView *self, guint actual, guint predicted)
{
  guint count = get_count (self, actual, predicted);
  guint row = sum_row (self, actual);
  g_autofree char *pictures = mien_format_pictures (count);
  g_autofree char *share = mien_format_percent (row > 0 ? (double) count / row : 0.0, 1);

  if (actual == predicted)
    /* TRANSLATORS: a class, "12 pictures", "86.4 %", the class */
    return g_strdup_printf (_ ("%s recognised: %s, %s of %s"), self->classes[actual], pictures,
                            share, self->classes[actual]);

  /* TRANSLATORS: a class, the class it was taken for, "12 pictures", "6.4 %", the first class */
  return g_strdup_printf (_ ("%s taken for %s: %s, %s of %s"), self->classes[actual],
                          self->classes[predicted], pictures, share, self->classes[actual]);
}

static void
fill_cells (MienMatrixView *self)
{
  g_autofree double *shares = mien_matrix_list_shares (self->counts, self->n_classes, self->mode);

  for (guint i = 0; i < self->cells->len; i++)
    {
      guint actual = i / self->n_classes, predicted = i % self->n_classes;
      g_autofree char *description = describe_cell (self, actual, predicted);
      g_autofree char *text = mien_matrix_format_cell (self->counts[i], shares[i], self->mode);

      mien_matrix_cell_set_content (g_ptr_array_index (self->cells, i), text,
                                    shares[i] > 0.0 ? shares[i] : 0.0, description);
    }
}

/* One cell alone is reached by Tab; the arrows lead to the others. */
static void
set_focused (MienMatrixView *self, int index)
{
  gtk_widget_set_focusable (g_ptr_array_index (self->cells, self->focused), FALSE);
  self->focused = index;
  gtk_widget_set_focusable (g_ptr_array_index (self->cells, index), TRUE);
}

static void
set_selected (MienMatrixView *self, int index)
{
  if (index == self->selected)
    return;

  if (self->selected >= 0)
    mien_matrix_cell_set_selected (g_ptr_array_index (self->cells, self->selected), FALSE);
  self->selected = index;
  if (index >= 0)
    {
      mien_matrix_cell_set_selected (g_ptr_array_index (self->cells, index), TRUE);
      set_focused (self, index);
    }
  g_signal_emit (self, selection_changed_signal, 0);
}

static void
cell_clicked_cb (MienMatrixView *self, MienMatrixCell *cell)
{
  int index = (int) (mien_matrix_cell_get_actual (cell) * self->n_classes +
                     mien_matrix_cell_get_predicted (cell));

  set_focused (self, index);
  gtk_widget_grab_focus (GTK_WIDGET (cell));
  set_selected (self, index == self->selected ? -1 : index);
}

/* Where a class is shown. */
static int
get_place (MienMatrixView *self, guint class_index)
{
  int place = 0;

  while (self->order[place] != class_index)
    place++;
  return place;
}

static gboolean
move_focus (MienMatrixView *self, int rows, int columns)
{
  const int n = (int) self->n_classes;
  const int row = CLAMP (get_place (self, (guint) (self->focused / n)) + rows, 0, n - 1);
  const int column = CLAMP (get_place (self, (guint) (self->focused % n)) + columns, 0, n - 1);

  set_focused (self, (int) self->order[row] * n + (int) self->order[column]);
  gtk_widget_grab_focus (g_ptr_array_index (self->cells, self->focused));
  return GDK_EVENT_STOP;
}

static gboolean
key_pressed_cb (MienMatrixView *self, guint keyval, guint keycode, GdkModifierType state)
{
  const int towards_end = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? -1 : 1;
  const GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  const gboolean control = modifiers == GDK_CONTROL_MASK;
  const gboolean is_end = keyval == GDK_KEY_Home || keyval == GDK_KEY_KP_Home ||
                          keyval == GDK_KEY_End || keyval == GDK_KEY_KP_End;
  const int all = (int) self->n_classes;

  if (self->n_classes == 0 || (modifiers != 0 && !(control && is_end)))
    return GDK_EVENT_PROPAGATE;

  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return move_focus (self, -1, 0);
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return move_focus (self, 1, 0);
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return move_focus (self, 0, -towards_end);
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return move_focus (self, 0, towards_end);
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      return move_focus (self, -all, 0);
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      return move_focus (self, all, 0);
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      return move_focus (self, control ? -all : 0, -all);
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      return move_focus (self, control ? all : 0, all);

    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
    case GDK_KEY_space:
      set_selected (self, self->focused == self->selected ? -1 : self->focused);
      return GDK_EVENT_STOP;

    case GDK_KEY_Escape:
      if (self->selected < 0)
        return GDK_EVENT_PROPAGATE;
      set_selected (self, -1);
      return GDK_EVENT_STOP;

    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static GtkWidget *
make_header (const char *text, GtkAccessibleRole role, float xalign)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", role, "label", text, "xalign",
                                   xalign, "ellipsize", PANGO_ELLIPSIZE_END, "max-width-chars",
                                   NAME_CHARS, "tooltip-text", text, NULL);

  gtk_widget_add_css_class (label, "caption");
  /* Rows have room for their names even where the columns have not. */
  if (role == GTK_ACCESSIBLE_ROLE_ROW_HEADER)
    gtk_label_set_width_chars (GTK_LABEL (label), (int) MIN (g_utf8_strlen (text, -1), NAME_CHARS));
  return label;
}

static GtkWidget *
make_axis_title (const char *text, float xalign)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "dim-label");
  return label;
}

static GtkWidget *
make_box (GtkOrientation orientation, GtkAccessibleRole role, gboolean homogeneous)
{
  return g_object_new (GTK_TYPE_BOX, "accessible-role", role, "orientation", orientation, "spacing",
                       GAP, "homogeneous", homogeneous, NULL);
}

/* A row: its header, all as wide as each other, then what is over the columns, all as wide as each
 * other. */
static GtkWidget *
make_row (GtkWidget *header, GtkWidget *fields, GtkSizeGroup *headers, GtkSizeGroup *columns)
{
  GtkWidget *row = make_box (GTK_ORIENTATION_HORIZONTAL, GTK_ACCESSIBLE_ROLE_ROW, FALSE);

  gtk_size_group_add_widget (headers, header);
  gtk_size_group_add_widget (columns, fields);
  gtk_box_set_spacing (GTK_BOX (row), 2 * GAP);
  gtk_box_append (GTK_BOX (row), header);
  gtk_widget_set_hexpand (fields, TRUE);
  gtk_box_append (GTK_BOX (row), fields);
  return row;
}

/* The matrix that is saved is the one that is seen, in its order. */
static void
save_clicked_cb (MienMatrixView *self)
{
  const guint n = self->n_classes;
  g_autofree const char **classes = g_new (const char *, n);
  g_autofree guint *counts = g_new (guint, (gsize) n * n);
  g_autoptr (MienMatrixFigure) figure = NULL;

  for (guint row = 0; row < n; row++)
    {
      classes[row] = self->classes[self->order[row]];
      for (guint column = 0; column < n; column++)
        counts[row * n + column] = get_count (self, self->order[row], self->order[column]);
    }

  figure = mien_matrix_figure_new (classes, n, counts, self->mode);
  mien_save_figure_ask (GTK_WIDGET (self), MIEN_FIGURE (figure), _ ("Confusion Matrix"));
}

/* In the corner, where neither a row nor a column is named. */
static GtkWidget *
make_save_button (MienMatrixView *self)
{
  GtkWidget *button = mien_save_figure_button_new ();

  gtk_widget_set_halign (button, GTK_ALIGN_END);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (save_clicked_cb), self);
  return button;
}

static void
build (MienMatrixView *self)
{
  g_autoptr (GtkSizeGroup) headers = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  g_autoptr (GtkSizeGroup) columns = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  GtkWidget *names = make_box (GTK_ORIENTATION_HORIZONTAL, GTK_ACCESSIBLE_ROLE_PRESENTATION, TRUE);

  /* TRANSLATORS: over the columns, and over the rows, of a confusion matrix */
  gtk_box_append (
    GTK_BOX (self->grid),
    make_row (make_save_button (self),
              make_axis_title (_ ("Predicted"), self->n_classes > CENTRED_CLASSES ? 0.0f : 0.5f),
              headers, columns));
  for (guint c = 0; c < self->n_classes; c++)
    gtk_box_append (GTK_BOX (names), make_header (self->classes[self->order[c]],
                                                  GTK_ACCESSIBLE_ROLE_COLUMN_HEADER, 0.5f));
  gtk_box_append (GTK_BOX (self->grid),
                  make_row (make_axis_title (_ ("Actual"), 1.0f), names, headers, columns));

  g_ptr_array_set_size (self->cells, (int) (self->n_classes * self->n_classes));
  for (guint row = 0; row < self->n_classes; row++)
    {
      const guint actual = self->order[row];
      GtkWidget *fields = make_box (GTK_ORIENTATION_HORIZONTAL, GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                    TRUE);

      for (guint column = 0; column < self->n_classes; column++)
        {
          const guint predicted = self->order[column];
          GtkWidget *cell = mien_matrix_cell_new (actual, predicted);

          g_signal_connect_swapped (cell, "clicked", G_CALLBACK (cell_clicked_cb), self);
          self->cells->pdata[actual * self->n_classes + predicted] = cell;
          gtk_box_append (GTK_BOX (fields), cell);
        }
      gtk_box_append (
        GTK_BOX (self->grid),
        make_row (make_header (self->classes[actual], GTK_ACCESSIBLE_ROLE_ROW_HEADER, 1.0f), fields,
                  headers, columns));
    }
}

static void
clear_rows (MienMatrixView *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_box_remove (GTK_BOX (self->grid), row);
  g_ptr_array_set_size (self->cells, 0);
}

static void
clear (MienMatrixView *self)
{
  clear_rows (self);
  g_clear_pointer (&self->classes, g_strfreev);
  g_clear_pointer (&self->counts, g_free);
  g_clear_pointer (&self->order, g_free);
  self->n_classes = 0;
  self->focused = 0;
}

static void
mien_matrix_view_dispose (GObject *object)
{
  MienMatrixView *self = MIEN_MATRIX_VIEW (object);

  if (self->scrolled != NULL)
    clear (self);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);

  G_OBJECT_CLASS (mien_matrix_view_parent_class)->dispose (object);
}

static void
mien_matrix_view_finalize (GObject *object)
{
  g_ptr_array_unref (MIEN_MATRIX_VIEW (object)->cells);

  G_OBJECT_CLASS (mien_matrix_view_parent_class)->finalize (object);
}

static void
mien_matrix_view_class_init (MienMatrixViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_matrix_view_dispose;
  object_class->finalize = mien_matrix_view_finalize;

  selection_changed_signal = g_signal_new ("selection-changed", MIEN_TYPE_MATRIX_VIEW,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "matrixview");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
mien_matrix_view_init (MienMatrixView *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();

  self->cells = g_ptr_array_new ();
  self->selected = -1;
  self->grid = make_box (GTK_ORIENTATION_VERTICAL, GTK_ACCESSIBLE_ROLE_GRID, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->grid), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Confusion matrix, rows actual, columns predicted"), -1);
  self->scrolled = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "vscrollbar-policy", GTK_POLICY_NEVER,
                                 "child", self->grid, NULL);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

/**
 * mien_matrix_view_set_counts:
 * @classes: (array length=n_classes): class names
 * @n_classes: how many there are; 0 empties the view
 * @counts: (n_classes, n_classes) pictures, rows actual, columns predicted
 *
 * Shows another matrix, its classes in the order given; no cell is chosen.
 */
void
mien_matrix_view_set_counts (MienMatrixView *self,
                             const char *const *classes,
                             guint n_classes,
                             const guint *counts)
{
  gboolean was_selected;

  g_return_if_fail (MIEN_IS_MATRIX_VIEW (self));

  clear (self);
  was_selected = self->selected >= 0;
  self->selected = -1;
  if (n_classes > 0)
    {
      self->n_classes = n_classes;
      self->classes = g_new0 (char *, (gsize) n_classes + 1);
      for (guint c = 0; c < n_classes; c++)
        self->classes[c] = g_strdup (classes[c]);
      self->counts = g_memdup2 (counts, sizeof (guint) * n_classes * n_classes);
      self->order = g_new (guint, n_classes);
      for (guint c = 0; c < n_classes; c++)
        self->order[c] = c;
      build (self);
      fill_cells (self);
      set_focused (self, 0);
    }
  if (was_selected)
    g_signal_emit (self, selection_changed_signal, 0);
}

/**
 * mien_matrix_view_set_order:
 * @order: (array): the classes as they are to be shown, each once
 *
 * Shows rows and columns in another order. The chosen cell stays chosen, and the focus where it is.
 */
void
mien_matrix_view_set_order (MienMatrixView *self, const guint *order)
{
  gboolean had_focus;

  g_return_if_fail (MIEN_IS_MATRIX_VIEW (self));

  if (self->n_classes == 0)
    return;

  had_focus = gtk_widget_has_focus (g_ptr_array_index (self->cells, self->focused));
  clear_rows (self);
  memcpy (self->order, order, sizeof (guint) * self->n_classes);
  build (self);
  fill_cells (self);
  set_focused (self, self->focused);
  if (self->selected >= 0)
    mien_matrix_cell_set_selected (g_ptr_array_index (self->cells, self->selected), TRUE);
  if (had_focus)
    gtk_widget_grab_focus (g_ptr_array_index (self->cells, self->focused));
}

/**
 * mien_matrix_view_set_mode:
 * @mode: what stands in the cells
 */
void
mien_matrix_view_set_mode (MienMatrixView *self, MienMatrixMode mode)
{
  g_return_if_fail (MIEN_IS_MATRIX_VIEW (self));

  if (self->mode == mode)
    return;

  self->mode = mode;
  fill_cells (self);
}

/**
 * mien_matrix_view_select:
 * @actual: row
 * @predicted: column
 *
 * Chooses a cell, as a click does.
 */
void
mien_matrix_view_select (MienMatrixView *self, guint actual, guint predicted)
{
  g_return_if_fail (MIEN_IS_MATRIX_VIEW (self));
  g_return_if_fail (actual < self->n_classes && predicted < self->n_classes);

  set_selected (self, (int) (actual * self->n_classes + predicted));
}

/**
 * mien_matrix_view_unselect:
 *
 * Gives the chosen cell up.
 */
void
mien_matrix_view_unselect (MienMatrixView *self)
{
  g_return_if_fail (MIEN_IS_MATRIX_VIEW (self));

  set_selected (self, -1);
}

/**
 * mien_matrix_view_get_selected:
 * @actual: (out): row
 * @predicted: (out): column
 *
 * Returns: %FALSE where no cell is chosen
 */
gboolean
mien_matrix_view_get_selected (MienMatrixView *self, guint *actual, guint *predicted)
{
  g_return_val_if_fail (MIEN_IS_MATRIX_VIEW (self), FALSE);

  if (self->selected < 0)
    return FALSE;

  *actual = (guint) self->selected / self->n_classes;
  *predicted = (guint) self->selected % self->n_classes;
  return TRUE;
}

/**
 * mien_matrix_view_get_cell:
 * @actual: row
 * @predicted: column
 *
 * Returns: (transfer none): the widget of a cell
 */
MienMatrixCell *
mien_matrix_view_get_cell (MienMatrixView *self, guint actual, guint predicted)
{
  g_return_val_if_fail (MIEN_IS_MATRIX_VIEW (self), NULL);
  g_return_val_if_fail (actual < self->n_classes && predicted < self->n_classes, NULL);

  return g_ptr_array_index (self->cells, actual * self->n_classes + predicted);
}
