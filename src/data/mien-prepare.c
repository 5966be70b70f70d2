/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-prepare.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "data/mien-data-error.h"
#include "data/mien-prepare-private.h"

/* What a file takes on the disk beyond its bytes, and what it takes in the manifest. */
#define BLOCK_BYTES 4096
#define ROW_BYTES 1024

static void
class_free (gpointer data)
{
  MienPrepareClass *self = data;

  g_free (self->name);
  g_ptr_array_unref (self->sources);
  g_free (self);
}

/**
 * mien_prepare_options_init:
 * @self: (out caller-allocates): options
 *
 * Sets the defaults: all classes as they are, as many pictures as there are, nothing held back,
 * mien_augmentation_init_default(), seed 0.
 */
void
mien_prepare_options_init (MienPrepareOptions *self)
{
  *self = (MienPrepareOptions){ .classes = g_ptr_array_new_with_free_func (class_free) };
  mien_augmentation_init_default (&self->augmentation);
}

/**
 * mien_prepare_options_clear:
 * @self: options
 *
 * Frees what they hold.
 */
void
mien_prepare_options_clear (MienPrepareOptions *self)
{
  g_clear_pointer (&self->classes, g_ptr_array_unref);
  g_clear_pointer (&self->origin, g_free);
}

/**
 * mien_prepare_options_add_class:
 * @self: options
 * @name: what the class is to be called; sources are added to one that has this name already
 * @sources: (array zero-terminated=1): the classes that become it
 *
 * Chooses classes of the source, under a name of their own; several are merged.
 */
void
mien_prepare_options_add_class (MienPrepareOptions *self,
                                const char *name,
                                const char *const *sources)
{
  g_autofree char *composed = g_utf8_normalize (name, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  MienPrepareClass *class = NULL;

  g_return_if_fail (composed != NULL);

  for (guint i = 0; i < self->classes->len && class == NULL; i++)
    {
      MienPrepareClass *other = g_ptr_array_index (self->classes, i);

      if (strcmp (other->name, composed) == 0)
        class = other;
    }
  if (class == NULL)
    {
      class = g_new0 (MienPrepareClass, 1);
      class->name = g_steal_pointer (&composed);
      class->sources = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (self->classes, class);
    }
  for (guint i = 0; sources[i] != NULL; i++)
    g_ptr_array_add (class->sources,
                     g_utf8_normalize (sources[i], -1, G_NORMALIZE_DEFAULT_COMPOSE));
}

static void
options_copy (const MienPrepareOptions *self, MienPrepareOptions *copy)
{
  *copy = *self;
  copy->origin = g_strdup (self->origin);
  copy->classes = g_ptr_array_new_with_free_func (class_free);
  for (guint i = 0; i < self->classes->len; i++)
    {
      const MienPrepareClass *class = g_ptr_array_index (self->classes, i);
      static const char *const none[] = { NULL };

      mien_prepare_options_add_class (copy, class->name, none);
      for (guint j = 0; j < class->sources->len; j++)
        {
          const char *const sources[] = { g_ptr_array_index (class->sources, j), NULL };

          mien_prepare_options_add_class (copy, class->name, sources);
        }
    }
}

static void
item_clear (gpointer data)
{
  g_free (((MienPrepareItem *) data)->file);
}

/* Adds `bytes` and what a file costs beyond; stays at the largest number where that is too small.
 */
static void
add_bytes (guint64 *sum, guint64 bytes)
{
  if (!g_uint64_checked_add (&bytes, bytes, BLOCK_BYTES + ROW_BYTES) ||
      !g_uint64_checked_add (sum, *sum, bytes))
    *sum = G_MAXUINT64;
}

static gboolean
estimate_bytes (MienPreparePlan *self, GError **error)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const MienPrepareItem *item = &g_array_index (self->items, MienPrepareItem, i);
      const MienPicture *picture = mien_dataset_get_picture (self->source, item->picture);
      GStatBuf status;

      if (item->copy > 0)
        {
          /* Noise in three channels, which PNG cannot make smaller. */
          add_bytes (&self->bytes, (guint64) picture->width * picture->height * 3);
          continue;
        }
      if (g_stat (picture->path, &status) != 0)
        {
          g_autofree char *name = g_filename_display_name (picture->path);

          g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                       _ ("“%s” is not there any more. Scan the data set again."), name);
          return FALSE;
        }
      add_bytes (&self->bytes, (guint64) status.st_size);
    }
  return TRUE;
}

/**
 * mien_prepare_plan_new:
 * @source: a data set
 * @options: what is to become of it
 * @error: return location for a #MienDataError
 *
 * Decides which pictures a prepared data set will have, without opening one. The same data set and
 * options give the same plan.
 *
 * - Of a class that is balanced and has too many training pictures, @options' seed chooses some; of
 *   one that has too few, copies are planned, as many of each picture as of every other, or one
 * more of some.
 * - Pictures for validation are held back from the training pictures before that, and only where
 *   @source has no validation split of its own; a validation split that the scan made does not
 *   count. Pictures of one family stay on one side.
 * - Test pictures stay as they are.
 * - Copies that an earlier preparation made, as the source's manifest says, are left out.
 *
 * Errors: %MIEN_DATA_ERROR_LAYOUT for a class that @source has not, that is chosen twice, that has
 * no picture to train on, or whose name cannot be a folder's; for fewer than two classes, and for
 * copies without augmentation. %MIEN_DATA_ERROR_TOO_LARGE for more than ten million training
 * pictures. %MIEN_DATA_ERROR_FILE where a picture is gone.
 *
 * Returns: (transfer full): the plan, or %NULL
 */
MienPreparePlan *
mien_prepare_plan_new (MienDataset *source, const MienPrepareOptions *options, GError **error)
{
  g_autoptr (MienPreparePlan) self = g_new0 (MienPreparePlan, 1);

  g_return_val_if_fail (options->balance <= MIEN_PREPARE_MAX_BALANCE, NULL);
  g_return_val_if_fail (options->validation_fraction >= 0.0, NULL);
  g_return_val_if_fail (options->validation_fraction < 0.9, NULL);

  self->source = mien_dataset_ref (source);
  options_copy (options, &self->options);
  self->items = g_array_new (FALSE, FALSE, sizeof (MienPrepareItem));
  g_array_set_clear_func (self->items, item_clear);
  if (!mien_prepare_plan_choose_classes (self, error) ||
      !mien_prepare_plan_choose_pictures (self, error) || !estimate_bytes (self, error))
    return NULL;
  mien_prepare_plan_name_files (self);
  return g_steal_pointer (&self);
}

/**
 * mien_prepare_plan_free:
 * @self: (nullable) (transfer full): a plan
 *
 * Frees the plan.
 */
void
mien_prepare_plan_free (MienPreparePlan *self)
{
  if (self == NULL)
    return;
  mien_dataset_unref (self->source);
  mien_prepare_options_clear (&self->options);
  g_strfreev (self->classes);
  g_free (self->targets);
  g_free (self->before);
  g_free (self->after);
  g_free (self->copies);
  g_array_unref (self->items);
  g_free (self);
}

/**
 * mien_prepare_plan_get_classes:
 * @self: a plan
 * @n_classes: (out) (optional): how many there are, 2 or more
 *
 * Returns: (array length=n_classes) (transfer none): the names of the new classes, as they were
 *   chosen, %NULL-terminated
 */
const char *const *
mien_prepare_plan_get_classes (MienPreparePlan *self, guint *n_classes)
{
  if (n_classes != NULL)
    *n_classes = self->n_classes;
  return (const char *const *) self->classes;
}

/**
 * mien_prepare_plan_count_before:
 * @self: a plan
 * @class_index: a new class
 * @split: a split
 *
 * Returns: the pictures that the source has of what becomes the class; those of a validation split
 *   that its scan made count as training pictures
 */
guint
mien_prepare_plan_count_before (MienPreparePlan *self, guint class_index, MienSplit split)
{
  g_return_val_if_fail (class_index < self->n_classes, 0);
  g_return_val_if_fail ((guint) split < MIEN_N_SPLITS, 0);

  return self->before[class_index * MIEN_N_SPLITS + split];
}

/**
 * mien_prepare_plan_count_after:
 * @self: a plan
 * @class_index: a new class
 * @split: a split
 *
 * Returns: the pictures that the class will have in the split, copies included
 */
guint
mien_prepare_plan_count_after (MienPreparePlan *self, guint class_index, MienSplit split)
{
  g_return_val_if_fail (class_index < self->n_classes, 0);
  g_return_val_if_fail ((guint) split < MIEN_N_SPLITS, 0);

  return self->after[class_index * MIEN_N_SPLITS + split];
}

/**
 * mien_prepare_plan_count_copies:
 * @self: a plan
 * @class_index: a new class
 *
 * Returns: how many of the class's training pictures will be augmented copies
 */
guint
mien_prepare_plan_count_copies (MienPreparePlan *self, guint class_index)
{
  g_return_val_if_fail (class_index < self->n_classes, 0);

  return self->copies[class_index];
}

/**
 * mien_prepare_plan_get_n_pictures:
 * @self: a plan
 *
 * Returns: the number of pictures that will be written
 */
guint
mien_prepare_plan_get_n_pictures (MienPreparePlan *self)
{
  return self->items->len;
}

/**
 * mien_prepare_plan_get_bytes:
 * @self: a plan
 *
 * Returns: an estimate, rather too high, of what writing it takes on the disk
 */
guint64
mien_prepare_plan_get_bytes (MienPreparePlan *self)
{
  return self->bytes;
}
