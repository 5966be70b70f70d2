/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-workspace-private.h"

#include <math.h>

/* Read when something is first asked or decided of the data set. */
static gboolean
load (MienWorkspace *self, GError **error)
{
  if (self->corrections == NULL && self->dataset != NULL)
    self->corrections = mien_corrections_load (mien_dataset_get_directory (self->dataset), error);
  return self->corrections != NULL;
}

/**
 * mien_workspace_correct:
 * @dataset: the data set that @picture is of: nothing is done once another one is open
 * @picture: index of a picture
 * @kind: what is decided; %MIEN_CORRECTION_NONE takes back what was
 * @class_name: (nullable): where it belongs, for %MIEN_CORRECTION_MOVE
 * @error: return location; see mien_corrections_load() and mien_corrections_save()
 *
 * Notes what a person decides of a picture, and emits "corrected". The data set stays as it is
 * until mien_workspace_apply_corrections(), or the next training or evaluation.
 *
 * Returns: %TRUE if it is on the disk
 */
gboolean
mien_workspace_correct (MienWorkspace *self,
                        MienDataset *dataset,
                        guint picture,
                        MienCorrectionKind kind,
                        const char *class_name,
                        GError **error)
{
  const MienPicture *corrected;

  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), FALSE);

  if (dataset != self->dataset)
    return TRUE;
  if (!load (self, error))
    return FALSE;

  corrected = mien_dataset_get_picture (dataset, picture);
  mien_corrections_set (self->corrections,
                        mien_dataset_get_relative_path (dataset, corrected->path),
                        corrected->digest, kind, class_name);
  self->is_corrected = TRUE;
  g_signal_emit_by_name (self, "corrected");
  return mien_corrections_save (self->corrections, error);
}

/**
 * mien_workspace_get_correction:
 * @dataset: the data set that @picture is of
 * @picture: index of a picture
 *
 * Returns: (transfer none) (nullable): what was decided of it; %NULL: nothing, or another data set
 * is open
 */
const MienCorrection *
mien_workspace_get_correction (MienWorkspace *self, MienDataset *dataset, guint picture)
{
  const MienPicture *found;

  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  if (dataset != self->dataset || !load (self, NULL))
    return NULL;

  found = mien_dataset_get_picture (dataset, picture);
  return mien_corrections_find (
    self->corrections, mien_dataset_get_relative_path (dataset, found->path), found->digest);
}

/**
 * mien_workspace_apply_corrections:
 *
 * Reads the data set again if anything was corrected since it was read; an evaluation of it stays,
 * and counts under the corrected labels. Nothing happens while the data set is being read anyway.
 */
void
mien_workspace_apply_corrections (MienWorkspace *self)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  if (self->is_corrected && !mien_workspace_is_busy (self, MIEN_JOB_SCAN))
    mien_workspace_read_again (self, MIEN_NEXT_NOTHING);
}

/**
 * mien_workspace_dup_corrections_csv:
 * @error: return location; see mien_corrections_load()
 *
 * Returns: (transfer full) (nullable): the corrections of the data set, as
 * mien_corrections_to_csv() gives them
 */
char *
mien_workspace_dup_corrections_csv (MienWorkspace *self, GError **error)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);
  g_return_val_if_fail (self->dataset != NULL, NULL);

  return load (self, error) ? mien_corrections_to_csv (self->corrections) : NULL;
}

/* Of another split than the one that the new model is evaluated on nothing could be said. */
static double
get_accuracy (MienWorkspace *self)
{
  if (self->evaluation == NULL || mien_evaluation_get_split (self->evaluation) !=
                                    mien_dataset_get_evaluation_split (self->dataset))
    return NAN;
  return mien_evaluation_get_accuracy (self->evaluation, NULL, NULL);
}

/**
 * mien_workspace_train_again:
 *
 * Trains as mien_workspace_train() does; features of layers that do not train are there already.
 * When the new model is evaluated, what it gained is announced: both accuracies are of the
 * corrected labels. Not while a training runs.
 */
void
mien_workspace_train_again (MienWorkspace *self)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (self->dataset != NULL && !self->training);

  if (self->is_corrected)
    {
      mien_workspace_read_again (self, MIEN_NEXT_TRAIN_AGAIN);
      return;
    }
  mien_workspace_train (self);
  self->accuracy_before = get_accuracy (self);
}
