/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-evaluation-list.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"
#include "app/widgets/mien-picture-item.h"

struct _MienEvaluationList
{
  GObject parent_instance;

  MienEvaluation *evaluation; /* owned; NULL: the list is empty */
  guint *records;             /* owned */
  guint n_records;
};

static GType
get_item_type (GListModel *model)
{
  return MIEN_TYPE_PICTURE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return MIEN_EVALUATION_LIST (model)->n_records;
}

static gpointer
get_item (GListModel *model, guint position)
{
  MienEvaluationList *self = MIEN_EVALUATION_LIST (model);
  const MienEvaluationRecord *record;
  const MienPicture *picture;
  const char *const *classes;
  g_autofree char *name = NULL;
  g_autofree char *confidence = NULL;
  g_autofree char *title = NULL;
  g_autofree char *caption = NULL;

  if (position >= self->n_records)
    return NULL;

  record = mien_evaluation_get_record (self->evaluation, self->records[position]);
  picture = mien_dataset_get_picture (mien_evaluation_get_dataset (self->evaluation),
                                      record->picture);
  classes = mien_evaluation_get_classes (self->evaluation, NULL);
  name = g_filename_display_basename (picture->path);
  confidence = mien_format_percent (record->probabilities[record->predicted], 0);
  /* TRANSLATORS: under a thumbnail: the class that the model sees, and how sure it is */
  caption = g_strdup_printf (_ ("%s %s"), classes[record->predicted], confidence);
  if (record->actual == record->predicted)
    /* TRANSLATORS: file name, class, "97 %" */
    title = g_strdup_printf (_ ("%s · %s, recognised with %s"), name, classes[record->actual],
                             confidence);
  else
    /* TRANSLATORS: file name, actual class, predicted class, "97 %" */
    title = g_strdup_printf (_ ("%s · %s taken for %s with %s"), name, classes[record->actual],
                             classes[record->predicted], confidence);

  return mien_picture_item_new (picture->path, title, caption, self->records[position]);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MienEvaluationList,
                               mien_evaluation_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
mien_evaluation_list_finalize (GObject *object)
{
  MienEvaluationList *self = MIEN_EVALUATION_LIST (object);

  g_clear_pointer (&self->evaluation, mien_evaluation_unref);
  g_free (self->records);

  G_OBJECT_CLASS (mien_evaluation_list_parent_class)->finalize (object);
}

static void
mien_evaluation_list_class_init (MienEvaluationListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mien_evaluation_list_finalize;
}

static void
mien_evaluation_list_init (MienEvaluationList *self)
{
}

static void
fill (MienEvaluationList *self, MienEvaluation *evaluation, int actual, int predicted)
{
  const guint before = self->n_records;

  if (evaluation != NULL)
    mien_evaluation_ref (evaluation);
  g_clear_pointer (&self->evaluation, mien_evaluation_unref);
  self->evaluation = evaluation;

  g_clear_pointer (&self->records, g_free);
  self->n_records = 0;
  if (evaluation != NULL)
    self->records = mien_evaluation_list_records (evaluation, actual, predicted, actual < 0,
                                                  &self->n_records);

  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->n_records);
}

/**
 * mien_evaluation_list_new:
 *
 * Returns: (transfer full): an empty list
 */
MienEvaluationList *
mien_evaluation_list_new (void)
{
  return g_object_new (MIEN_TYPE_EVALUATION_LIST, NULL);
}

/**
 * mien_evaluation_list_get_evaluation:
 *
 * Returns: (transfer none) (nullable): whose pictures are listed
 */
MienEvaluation *
mien_evaluation_list_get_evaluation (MienEvaluationList *self)
{
  g_return_val_if_fail (MIEN_IS_EVALUATION_LIST (self), NULL);

  return self->evaluation;
}

/**
 * mien_evaluation_list_find:
 * @record: the index of a record
 * @position: (out): where its picture stands in the list
 *
 * Returns: %FALSE where the list does not show it
 */
gboolean
mien_evaluation_list_find (MienEvaluationList *self, guint record, guint *position)
{
  g_return_val_if_fail (MIEN_IS_EVALUATION_LIST (self), FALSE);

  for (guint i = 0; i < self->n_records; i++)
    if (self->records[i] == record)
      {
        *position = i;
        return TRUE;
      }

  return FALSE;
}

/**
 * mien_evaluation_list_show_mistakes:
 * @evaluation: (nullable): %NULL empties the list
 *
 * Lists the pictures of all classes that were taken for another one.
 */
void
mien_evaluation_list_show_mistakes (MienEvaluationList *self, MienEvaluation *evaluation)
{
  g_return_if_fail (MIEN_IS_EVALUATION_LIST (self));

  fill (self, evaluation, -1, -1);
}

/**
 * mien_evaluation_list_show_cell:
 * @evaluation: an evaluation
 * @actual: row of its confusion matrix
 * @predicted: column
 *
 * Lists the pictures behind one cell.
 */
void
mien_evaluation_list_show_cell (MienEvaluationList *self,
                                MienEvaluation *evaluation,
                                guint actual,
                                guint predicted)
{
  g_return_if_fail (MIEN_IS_EVALUATION_LIST (self));
  g_return_if_fail (evaluation != NULL);

  fill (self, evaluation, (int) actual, (int) predicted);
}
