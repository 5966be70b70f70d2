/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-prepare-classes.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"

/* One class of the data set. */
typedef struct
{
  GtkEditable *entry;      /* borrowed: the row itself */
  GtkSwitch *chosen;       /* borrowed: in the row */
  GtkWidget *merged_label; /* borrowed: in the row */
  const char *source;      /* borrowed from the data set */
  guint n_train;           /* pictures that can be trained on */
} Row;

struct _MienPrepareClasses
{
  AdwPreferencesGroup parent_instance;

  GtkButton *all_button; /* borrowed: the header's */
  GArray *rows;          /* owned, of Row */
  MienDataset *dataset;  /* owned */
  gboolean filling;      /* rows change together: told once */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (MienPrepareClasses, mien_prepare_classes, ADW_TYPE_PREFERENCES_GROUP)

static Row *
get_row (MienPrepareClasses *self, guint i)
{
  return &g_array_index (self->rows, Row, i);
}

static gboolean
is_chosen (const Row *row)
{
  return gtk_switch_get_active (row->chosen);
}

/* The new name, without the spaces that a person does not see. */
static char *
dup_name (const Row *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (row->entry)));
}

/* The sources of one name, by name; the values are borrowed rows. */
static GHashTable *
group_rows (MienPrepareClasses *self)
{
  GHashTable *groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                              (GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = get_row (self, i);
      char *name = dup_name (row);
      GPtrArray *group = g_hash_table_lookup (groups, name);

      if (!is_chosen (row))
        {
          g_free (name);
          continue;
        }
      if (group == NULL)
        {
          group = g_ptr_array_new ();
          g_hash_table_insert (groups, g_strdup (name), group);
        }
      g_ptr_array_add (group, row);
      g_free (name);
    }

  return groups;
}

/* Says which others a class becomes one with. */
static void
show_merged (const Row *row, const GPtrArray *group)
{
  g_autoptr (GString) others = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; group != NULL && i < group->len; i++)
    {
      const Row *other = g_ptr_array_index (group, i);

      if (other != row)
        g_string_append_printf (others, "%s“%s”", others->len > 0 ? ", " : "", other->source);
    }
  gtk_widget_set_visible (row->merged_label, others->len > 0);
  /* TRANSLATORS: the names of one or more classes, in quotes */
  text = g_strdup_printf (_ ("Becomes one class with %s"), others->str);
  gtk_widget_set_tooltip_text (row->merged_label, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  others->len > 0 ? text : "", -1);
}

static void
changed (MienPrepareClasses *self)
{
  g_autoptr (GHashTable) groups = NULL;
  gboolean all = TRUE;

  if (self->filling)
    return;

  groups = group_rows (self);
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = get_row (self, i);
      g_autofree char *name = dup_name (row);

      show_merged (row, is_chosen (row) ? g_hash_table_lookup (groups, name) : NULL);
      all = all && is_chosen (row);
    }
  gtk_button_set_label (self->all_button, all ? _ ("Choose _None") : _ ("Choose _All"));
  g_signal_emit (self, changed_signal, 0);
}

static void
all_clicked (MienPrepareClasses *self)
{
  gboolean all = TRUE;

  for (guint i = 0; i < self->rows->len; i++)
    all = all && is_chosen (get_row (self, i));
  self->filling = TRUE;
  for (guint i = 0; i < self->rows->len; i++)
    gtk_switch_set_active (get_row (self, i)->chosen, !all);
  self->filling = FALSE;
  changed (self);
}

static void
add_row (MienPrepareClasses *self, guint class_index)
{
  const char *source = mien_dataset_get_classes (self->dataset, NULL)[class_index];
  GtkWidget *entry = g_object_new (ADW_TYPE_ENTRY_ROW, "use-markup", FALSE, NULL);
  GtkWidget *chosen = gtk_switch_new ();
  GtkWidget *merged = gtk_label_new (_ ("merged"));
  Row row = { GTK_EDITABLE (entry), GTK_SWITCH (chosen), merged, source, 0 };
  g_autofree char *pictures = NULL;
  g_autofree char *title = NULL;
  g_autofree char *use = NULL;
  guint n_pictures = 0;

  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    n_pictures += mien_dataset_count (self->dataset, class_index, split);
  row.n_train = mien_dataset_count (self->dataset, class_index, MIEN_SPLIT_TRAIN);
  /* A validation split that the scan made is there to be trained on. */
  if (mien_dataset_split_was_made (self->dataset, MIEN_SPLIT_VALIDATION))
    row.n_train += mien_dataset_count (self->dataset, class_index, MIEN_SPLIT_VALIDATION);

  pictures = mien_format_pictures (n_pictures);
  /* TRANSLATORS: a class and "7,215 pictures" */
  title = g_strdup_printf (_ ("%s · %s"), source, pictures);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), title);
  gtk_editable_set_text (row.entry, source);
  gtk_widget_set_tooltip_text (entry, title);

  gtk_widget_add_css_class (merged, "caption");
  gtk_widget_add_css_class (merged, "dim-label");
  gtk_widget_set_visible (merged, FALSE);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (entry), merged);

  gtk_widget_set_valign (chosen, GTK_ALIGN_CENTER);
  gtk_switch_set_active (row.chosen, TRUE);
  /* TRANSLATORS: the name of a class */
  use = g_strdup_printf (_ ("Use “%s”"), source);
  gtk_widget_set_tooltip_text (chosen, use);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chosen), GTK_ACCESSIBLE_PROPERTY_LABEL, use, -1);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (entry), chosen);

  g_signal_connect_object (entry, "changed", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chosen, "notify::active", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), entry);
  g_array_append_val (self->rows, row);
}

static void
mien_prepare_classes_finalize (GObject *object)
{
  MienPrepareClasses *self = MIEN_PREPARE_CLASSES (object);

  g_array_unref (self->rows);
  g_clear_pointer (&self->dataset, mien_dataset_unref);

  G_OBJECT_CLASS (mien_prepare_classes_parent_class)->finalize (object);
}

static void
mien_prepare_classes_class_init (MienPrepareClassesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mien_prepare_classes_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
mien_prepare_classes_init (MienPrepareClasses *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("Choose _None"));

  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  self->all_button = GTK_BUTTON (button);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", G_CALLBACK (all_clicked), self, G_CONNECT_SWAPPED);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), button);
}

/**
 * mien_prepare_classes_set_dataset:
 * @dataset: whose classes to choose from; set once
 */
void
mien_prepare_classes_set_dataset (MienPrepareClasses *self, MienDataset *dataset)
{
  guint n_classes;

  g_return_if_fail (MIEN_IS_PREPARE_CLASSES (self));
  g_return_if_fail (self->dataset == NULL);

  self->dataset = mien_dataset_ref (dataset);
  mien_dataset_get_classes (dataset, &n_classes);
  for (guint i = 0; i < n_classes; i++)
    add_row (self, i);
}

/**
 * mien_prepare_classes_add_to:
 * @options: options without a class
 *
 * Adds the chosen classes under their new names; none when none is chosen.
 */
void
mien_prepare_classes_add_to (MienPrepareClasses *self, MienPrepareOptions *options)
{
  g_return_if_fail (MIEN_IS_PREPARE_CLASSES (self));

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = get_row (self, i);
      const char *const sources[] = { row->source, NULL };
      g_autofree char *name = dup_name (row);

      if (is_chosen (row))
        mien_prepare_options_add_class (options, name, sources);
    }
}

/**
 * mien_prepare_classes_get_largest:
 *
 * Returns: the pictures to train on of the largest chosen class, as it is after merging
 */
guint
mien_prepare_classes_get_largest (MienPrepareClasses *self)
{
  g_autoptr (GHashTable) groups = NULL;
  GHashTableIter iter;
  gpointer group;
  guint largest = 0;

  g_return_val_if_fail (MIEN_IS_PREPARE_CLASSES (self), 0);

  groups = group_rows (self);
  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, NULL, &group))
    {
      guint n = 0;

      for (guint i = 0; i < ((GPtrArray *) group)->len; i++)
        n += ((const Row *) g_ptr_array_index ((GPtrArray *) group, i))->n_train;
      largest = MAX (largest, n);
    }

  return largest;
}

/**
 * mien_prepare_classes_choose:
 * @class_index: a class of the data set
 * @chosen: whether it is used
 */
void
mien_prepare_classes_choose (MienPrepareClasses *self, guint class_index, gboolean chosen)
{
  g_return_if_fail (MIEN_IS_PREPARE_CLASSES (self) && class_index < self->rows->len);

  gtk_switch_set_active (get_row (self, class_index)->chosen, chosen);
}

/**
 * mien_prepare_classes_rename:
 * @class_index: a class of the data set
 * @name: what it is to be called
 */
void
mien_prepare_classes_rename (MienPrepareClasses *self, guint class_index, const char *name)
{
  g_return_if_fail (MIEN_IS_PREPARE_CLASSES (self) && class_index < self->rows->len);

  gtk_editable_set_text (get_row (self, class_index)->entry, name);
}

/**
 * mien_prepare_classes_is_merged:
 * @class_index: a class of the data set
 *
 * Returns: whether its row says that it becomes one with another
 */
gboolean
mien_prepare_classes_is_merged (MienPrepareClasses *self, guint class_index)
{
  g_return_val_if_fail (MIEN_IS_PREPARE_CLASSES (self) && class_index < self->rows->len, FALSE);

  return gtk_widget_get_visible (get_row (self, class_index)->merged_label);
}
