/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-run-record.h"

#include <glib/gstdio.h>
#include <math.h>

#include "data/mien-json.h"
#include "train/mien-model-private.h"
#include "train/mien-run.h"

static void
clear_record (gpointer data)
{
  MienRunRecord *self = data;

  g_free (self->directory);
  g_free (self->name);
  g_clear_error (&self->error);
  g_clear_pointer (&self->settings, mien_settings_free);
  g_clear_pointer (&self->history, g_array_unref);
  g_clear_pointer (&self->confusions, g_array_unref);
  g_strfreev (self->classes);
}

static gboolean
read_history (MienRunRecord *self, const MienRun *run, GError **error)
{
  GStatBuf status;

  if (g_stat (run->history, &status) == 0)
    self->modified = status.st_mtime;
  self->history = mien_run_read_history (self->directory, error);
  if (self->history == NULL)
    return FALSE;

  self->best_epoch = mien_history_find_best (self->history);
  return TRUE;
}

/* Both are for looking at: a run is one without them. */
static void
read_classes (MienRunRecord *self, const MienRun *run)
{
  g_autoptr (VggTensorFile) file = vgg_tensor_file_load_metadata (run->best, NULL);
  g_auto (MienModelHeader) header = { 0 };

  if (file == NULL || !mien_model_header_read (file, run->best, &header, NULL))
    return;

  self->classes = g_steal_pointer (&header.classes);
  self->confusions = mien_run_read_confusions (run, self->history->len,
                                               g_strv_length (self->classes), NULL);
  if (self->confusions != NULL && self->confusions->len == 0)
    g_clear_pointer (&self->confusions, g_array_unref);
}

/**
 * mien_run_record_read:
 * @directory: (type filename): the folder of a run
 *
 * Reads what can be read. A folder that is damaged, of another program or of a training whose first
 * epoch is not over has an `error`, and nothing else but its name and time.
 *
 * Returns: (transfer full): the record
 */
MienRunRecord *
mien_run_record_read (const char *directory)
{
  MienRunRecord *self = g_atomic_rc_box_new0 (MienRunRecord);
  g_autofree char *base = NULL;
  g_autoptr (MienRun) run = NULL;

  self->directory = g_canonicalize_filename (directory, NULL);
  base = g_path_get_basename (self->directory);
  self->name = g_filename_display_name (base);
  run = mien_run_open (self->directory, &self->settings, &self->error);
  if (run != NULL && read_history (self, run, &self->error))
    read_classes (self, run);
  else
    g_clear_pointer (&self->settings, mien_settings_free);
  return self;
}

MienRunRecord *
mien_run_record_ref (MienRunRecord *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
mien_run_record_unref (MienRunRecord *self)
{
  g_atomic_rc_box_release_full (self, clear_record);
}

/**
 * mien_run_record_get_epoch:
 * @self: a record without an error
 * @epoch: from 1, at most those that were finished
 *
 * Returns: (transfer none): the epoch
 */
const MienEpoch *
mien_run_record_get_epoch (const MienRunRecord *self, guint epoch)
{
  g_return_val_if_fail (epoch >= 1 && epoch <= self->history->len, NULL);

  return &g_array_index (self->history, MienEpoch, epoch - 1);
}

/**
 * mien_run_record_get_accuracy:
 * @self: a record without an error
 * @epoch: from 1
 *
 * Returns: 0 to 1: on the validation pictures, without which on the training pictures
 */
double
mien_run_record_get_accuracy (const MienRunRecord *self, guint epoch)
{
  const MienEpoch *found = mien_run_record_get_epoch (self, epoch);

  return isnan (found->validation_accuracy) ? found->accuracy : found->validation_accuracy;
}

/**
 * mien_run_records_get_folder:
 *
 * Returns: (transfer full) (type filename): where trainings keep their runs unless told otherwise:
 *   `$XDG_DATA_HOME/mien/runs`
 */
char *
mien_run_records_get_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "mien", "runs", NULL);
}

static int
compare_records (gconstpointer a, gconstpointer b)
{
  const MienRunRecord *first = *(MienRunRecord *const *) a;
  const MienRunRecord *second = *(MienRunRecord *const *) b;

  if (first->modified != second->modified)
    return first->modified < second->modified ? 1 : -1;
  return -g_strcmp0 (first->name, second->name);
}

/**
 * mien_run_records_list:
 * @folder: (type filename): where runs are kept; it need not be there
 * @cancellable: (nullable): ends it early, with those that were read
 *
 * Returns: (transfer full) (element-type MienRunRecord): the folders in it, the latest first; those
 *   that are no runs have an error
 */
GPtrArray *
mien_run_records_list (const char *folder, GCancellable *cancellable)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) mien_run_record_unref);
  const char *name;

  while (dir != NULL && !g_cancellable_is_cancelled (cancellable) &&
         (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (*name != '.' && g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (records, mien_run_record_read (path));
    }

  g_ptr_array_sort (records, compare_records);
  return records;
}

static char *
value_to_text (JsonNode *node)
{
  return node != NULL ? mien_json_to_text (node, FALSE) : g_strdup ("–");
}

static void
compare_objects (JsonObject *a, JsonObject *b, const char *prefix, GString *text)
{
  g_autoptr (GList) keys = json_object_get_members (a);

  for (GList *key = keys; key != NULL; key = key->next)
    {
      const char *name = key->data;
      JsonNode *first = json_object_get_member (a, name);
      JsonNode *second = json_object_get_member (b, name);
      g_autofree char *path = g_strconcat (prefix, name, NULL);
      g_autofree char *first_text = value_to_text (first);
      g_autofree char *second_text = value_to_text (second);

      if (JSON_NODE_HOLDS_OBJECT (first) && second != NULL && JSON_NODE_HOLDS_OBJECT (second))
        {
          g_autofree char *below = g_strconcat (path, ".", NULL);

          compare_objects (json_node_get_object (first), json_node_get_object (second), below,
                           text);
        }
      else if (!g_str_equal (first_text, second_text))
        g_string_append_printf (text, "%s%s: %s → %s", text->len > 0 ? "\n" : "", path, first_text,
                                second_text);
    }
}

/**
 * mien_run_records_compare_settings:
 * @a: a record without an error
 * @b: another
 *
 * Returns: (transfer full): the settings that are not the same, a line each: key, value of @a,
 * value of @b; empty where there are none
 */
char *
mien_run_records_compare_settings (const MienRunRecord *a, const MienRunRecord *b)
{
  g_autoptr (JsonNode) first = mien_settings_to_json (a->settings);
  g_autoptr (JsonNode) second = mien_settings_to_json (b->settings);
  g_autoptr (GString) text = g_string_new (NULL);

  compare_objects (json_node_get_object (first), json_node_get_object (second), "", text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
