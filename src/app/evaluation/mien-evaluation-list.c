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
  MienEvaluationOrder order; /* of the query */
  gboolean both;             /* right and wrong ones are listed */
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

/* The class that the model sees, and what the list is sorted by; whether that is right as well,
 * where the list does not say it. */
static char *
make_caption (MienEvaluationList *self, const MienEvaluationRecord *record)
{
  guint n_classes;
  const char *const *classes = mien_evaluation_get_classes (self->evaluation, &n_classes);
  const char *mark = !self->both ? "" : record->actual == record->predicted ? "✓ " : "✗ ";
  const char *predicted = classes[record->predicted];
  g_autofree char *value = NULL;

  switch (self->order)
    {
    case MIEN_ORDER_HIGHEST_LOSS:
      value = mien_format_number (record->loss, 0.01);
      /* TRANSLATORS: under a thumbnail: a mark for right or wrong, a class, the loss */
      return g_strdup_printf (_ ("%s%s · %s"), mark, predicted, value);
    case MIEN_ORDER_NARROWEST_MARGIN:
      value = mien_format_percent (mien_evaluation_record_get_margin (record, n_classes), 0);
      /* TRANSLATORS: under a thumbnail: a mark for right or wrong, a class, how far ahead of the
       * next class it is */
      return g_strdup_printf (_ ("%s%s +%s"), mark, predicted, value);
    default:
      value = mien_format_percent (record->probabilities[record->predicted], 0);
      /* TRANSLATORS: under a thumbnail: a mark for right or wrong, the class that the model sees,
       * and how sure it is */
      return g_strdup_printf (_ ("%s%s %s"), mark, predicted, value);
    }
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
  caption = make_caption (self, record);
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
 * mien_evaluation_list_show:
 * @evaluation: (nullable): %NULL empties the list
 * @query: which of its pictures, and in which order
 */
void
mien_evaluation_list_show (MienEvaluationList *self,
                           MienEvaluation *evaluation,
                           const MienEvaluationQuery *query)
{
  guint before;

  g_return_if_fail (MIEN_IS_EVALUATION_LIST (self));

  before = self->n_records;

  if (evaluation != NULL)
    mien_evaluation_ref (evaluation);
  g_clear_pointer (&self->evaluation, mien_evaluation_unref);
  self->evaluation = evaluation;

  g_clear_pointer (&self->records, g_free);
  self->n_records = 0;
  if (evaluation != NULL)
    self->records = mien_evaluation_find (evaluation, query, &self->n_records);
  self->order = query->order;
  self->both = query->verdict == MIEN_VERDICT_ANY &&
               (query->actual == MIEN_ANY_CLASS || query->predicted == MIEN_ANY_CLASS);

  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->n_records);
}
