/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-correction-bar.h"

#include <glib/gi18n-lib.h>

struct _MienCorrectionBar
{
  AdwBin parent_instance;

  /* Template children */
  GtkLabel *state_label;
  GtkDropDown *class_drop_down;
  GtkWidget *keep_button;
  GtkWidget *aside_button;
  GtkWidget *undo_button;

  /* Owned */
  MienWorkspace *workspace;
  MienDataset *dataset; /* NULL: no picture */

  guint picture;
};

static guint decided_signal;

G_DEFINE_FINAL_TYPE (MienCorrectionBar, mien_correction_bar, ADW_TYPE_BIN)

static char *
describe (MienCorrectionBar *self, const MienCorrection *correction)
{
  const MienPicture *picture = mien_dataset_get_picture (self->dataset, self->picture);
  const char *given = mien_dataset_get_classes (self->dataset, NULL)[picture->given_class];

  switch (correction != NULL ? correction->kind : MIEN_CORRECTION_NONE)
    {
    case MIEN_CORRECTION_KEEP:
      /* TRANSLATORS: a class */
      return g_strdup_printf (_ ("Looked at: it is %s"), given);
    case MIEN_CORRECTION_MOVE:
      /* TRANSLATORS: classes */
      return g_strdup_printf (_ ("Moved from %s to %s"), given, correction->class_name);
    case MIEN_CORRECTION_SET_ASIDE:
      return g_strdup (_ ("Set aside"));
    case MIEN_CORRECTION_NONE:
    default:
      /* TRANSLATORS: a class */
      return g_strdup_printf (_ ("Its folder says %s"), given);
    }
}

static void
update (MienCorrectionBar *self)
{
  const MienCorrection *correction = NULL;
  g_autofree char *text = NULL;

  if (self->dataset == NULL)
    return;

  correction = mien_workspace_get_correction (self->workspace, self->dataset, self->picture);
  text = describe (self, correction);
  gtk_label_set_label (self->state_label, text);
  gtk_widget_set_sensitive (self->undo_button, correction != NULL);
}

static void
decide (MienCorrectionBar *self, MienCorrectionKind kind, const char *class_name)
{
  g_autoptr (GError) error = NULL;

  if (self->dataset == NULL)
    return;

  if (!mien_workspace_correct (self->workspace, self->dataset, self->picture, kind, class_name,
                               &error))
    {
      gtk_label_set_label (self->state_label, error->message);
      return;
    }
  g_signal_emit (self, decided_signal, 0);
}

static void
move_clicked (MienCorrectionBar *self)
{
  mien_correction_bar_decide (self, MIEN_CORRECTION_MOVE);
}

static void
keep_clicked (MienCorrectionBar *self)
{
  mien_correction_bar_decide (self, MIEN_CORRECTION_KEEP);
}

static void
aside_clicked (MienCorrectionBar *self)
{
  mien_correction_bar_decide (self, MIEN_CORRECTION_SET_ASIDE);
}

static void
undo_clicked (MienCorrectionBar *self)
{
  mien_correction_bar_decide (self, MIEN_CORRECTION_NONE);
}

static void
mien_correction_bar_dispose (GObject *object)
{
  MienCorrectionBar *self = MIEN_CORRECTION_BAR (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->dataset, mien_dataset_unref);

  G_OBJECT_CLASS (mien_correction_bar_parent_class)->dispose (object);
}

static void
mien_correction_bar_class_init (MienCorrectionBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_correction_bar_dispose;

  decided_signal = g_signal_new ("decided", MIEN_TYPE_CORRECTION_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-correction-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MienCorrectionBar, state_label);
  gtk_widget_class_bind_template_child (widget_class, MienCorrectionBar, class_drop_down);
  gtk_widget_class_bind_template_child (widget_class, MienCorrectionBar, keep_button);
  gtk_widget_class_bind_template_child (widget_class, MienCorrectionBar, aside_button);
  gtk_widget_class_bind_template_child (widget_class, MienCorrectionBar, undo_button);
  gtk_widget_class_bind_template_callback (widget_class, move_clicked);
  gtk_widget_class_bind_template_callback (widget_class, keep_clicked);
  gtk_widget_class_bind_template_callback (widget_class, aside_clicked);
  gtk_widget_class_bind_template_callback (widget_class, undo_clicked);
}

static void
mien_correction_bar_init (MienCorrectionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_correction_bar_set_workspace:
 * @workspace: what keeps the corrections; to be set once
 */
void
mien_correction_bar_set_workspace (MienCorrectionBar *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_CORRECTION_BAR (self) && self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "corrected", G_CALLBACK (update), self);
}

/**
 * mien_correction_bar_set_picture:
 * @dataset: (nullable): %NULL: there is no picture
 * @picture: index of a picture
 * @suggested: (nullable): the class that is offered first to move it to
 */
void
mien_correction_bar_set_picture (MienCorrectionBar *self,
                                 MienDataset *dataset,
                                 guint picture,
                                 const char *suggested)
{
  g_autoptr (GtkStringList) classes = NULL;
  const char *const *names = NULL;
  guint n;

  g_return_if_fail (MIEN_IS_CORRECTION_BAR (self) && self->workspace != NULL);

  if (dataset != NULL)
    mien_dataset_ref (dataset);
  g_clear_pointer (&self->dataset, mien_dataset_unref);
  self->dataset = dataset;
  self->picture = picture;
  gtk_widget_set_sensitive (GTK_WIDGET (self), dataset != NULL);
  if (dataset == NULL)
    return;

  names = mien_dataset_get_classes (dataset, &n);
  classes = gtk_string_list_new (names);
  gtk_drop_down_set_model (self->class_drop_down, G_LIST_MODEL (classes));
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (names[i], suggested) == 0)
      gtk_drop_down_set_selected (self->class_drop_down, i);
  update (self);
}

/**
 * mien_correction_bar_decide:
 * @kind: as a click on its button; %MIEN_CORRECTION_MOVE moves to the class that is chosen
 *
 * A picture that is moved to the class of its folder is kept.
 */
void
mien_correction_bar_decide (MienCorrectionBar *self, MienCorrectionKind kind)
{
  const MienPicture *picture;
  guint selected;

  g_return_if_fail (MIEN_IS_CORRECTION_BAR (self));

  if (self->dataset == NULL)
    return;

  picture = mien_dataset_get_picture (self->dataset, self->picture);
  selected = gtk_drop_down_get_selected (self->class_drop_down);
  if (kind != MIEN_CORRECTION_MOVE)
    decide (self, kind, NULL);
  else if (selected == picture->given_class)
    decide (self, MIEN_CORRECTION_KEEP, NULL);
  else
    decide (self, kind, mien_dataset_get_classes (self->dataset, NULL)[selected]);
}

/**
 * mien_correction_bar_get_state:
 *
 * Returns: what was decided, in words
 */
const char *
mien_correction_bar_get_state (MienCorrectionBar *self)
{
  g_return_val_if_fail (MIEN_IS_CORRECTION_BAR (self), NULL);

  return gtk_label_get_label (self->state_label);
}
