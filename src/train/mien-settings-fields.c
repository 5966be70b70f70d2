/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-settings-fields.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/mien-json.h"
#include "train/mien-train-error.h"

/* One table says of every setting how it is called in a file, where it is kept and what it may be,
 * so that reading, writing and checking cannot drift apart. */

typedef enum
{
  FIELD_BOOLEAN,
  FIELD_UINT,
  FIELD_UINT64,
  FIELD_FLOAT,
  FIELD_DOUBLE,
  FIELD_CHOICE,
  FIELD_PATH
} FieldType;

typedef enum
{
  LIMITS_CLOSED, /* low and high may be taken */
  LIMITS_ABOVE,  /* low may not */
  LIMITS_BELOW   /* high may not */
} Limits;

typedef struct
{
  const char *group; /* NULL: in the document's root */
  const char *key;
  FieldType type;
  gsize offset; /* in MienSettings */
  double low, high;
  Limits limits;
  const char *(*choice_name) (guint value); /* for values 0 … high */
} Field;

static const char *
head_name (guint value)
{
  return vgg_head_to_string ((VggHead) value);
}

static const char *
preprocessing_name (guint value)
{
  return mien_preprocessing_kind_to_string ((MienPreprocessingKind) value);
}

static const char *
optimizer_name (guint value)
{
  return vgg_optimizer_kind_to_string ((VggOptimizerKind) value);
}

static const char *
schedule_name (guint value)
{
  return vgg_schedule_kind_to_string ((VggScheduleKind) value);
}

static const char *
balance_name (guint value)
{
  return mien_balance_to_string ((MienBalance) value);
}

static const char *
views_name (guint value)
{
  return mien_views_to_string ((MienViews) value);
}

#define MAX_EPOCHS 100000
#define MAX_CACHE_LIMIT (1 << 24)

#define AT(member) G_STRUCT_OFFSET (MienSettings, member)
#define BOOLEAN(group, key, member)                                                                \
  {                                                                                                \
    group, key, FIELD_BOOLEAN, AT (member), 0, 1                                                   \
  }
#define UINT(group, key, member, low, high)                                                        \
  {                                                                                                \
    group, key, FIELD_UINT, AT (member), low, high                                                 \
  }
#define FLOAT(group, key, member, low, high, limits)                                               \
  {                                                                                                \
    group, key, FIELD_FLOAT, AT (member), low, high, limits                                        \
  }
#define DOUBLE(group, key, member, low, high, limits)                                              \
  {                                                                                                \
    group, key, FIELD_DOUBLE, AT (member), low, high, limits                                       \
  }
#define CHOICE(group, key, member, last, name)                                                     \
  {                                                                                                \
    group, key, FIELD_CHOICE, AT (member), 0, last, LIMITS_CLOSED, name                            \
  }

/* Grouped, and in the order in which they are written. */
static const Field fields[] = {
  { NULL, "weights", FIELD_PATH, AT (weights) },

  UINT ("architecture", "depth", architecture.depth, 11, 19),
  BOOLEAN ("architecture", "batch_norm", architecture.batch_norm),
  UINT ("architecture", "width_eighths", architecture.width_eighths, 1, VGG_FULL_WIDTH),
  UINT ("architecture", "input_width", architecture.input_width, 32, 2048),
  UINT ("architecture", "input_height", architecture.input_height, 32, 2048),
  CHOICE ("architecture", "head", architecture.head, VGG_HEAD_CLASSIC, head_name),
  FLOAT ("architecture", "dropout", architecture.dropout, 0, 1, LIMITS_BELOW),
  FLOAT ("architecture", "l2", architecture.l2, 0, 1000, LIMITS_CLOSED),

  UINT (NULL, "frozen_convolutions", frozen_convolutions, 0, VGG_MAX_CONVOLUTIONS),
  CHOICE (NULL, "preprocessing", preprocessing, MIEN_PREPROCESSING_STANDARD, preprocessing_name),

  DOUBLE ("augmentation", "rotation", augmentation.rotation, 0, 180, LIMITS_CLOSED),
  DOUBLE ("augmentation", "horizontal_shift", augmentation.horizontal_shift, 0, 1, LIMITS_CLOSED),
  DOUBLE ("augmentation", "vertical_shift", augmentation.vertical_shift, 0, 1, LIMITS_CLOSED),
  DOUBLE ("augmentation", "zoom", augmentation.zoom, 0, 1, LIMITS_BELOW),
  DOUBLE ("augmentation", "shear", augmentation.shear, 0, 90, LIMITS_BELOW),
  DOUBLE ("augmentation", "brightness", augmentation.brightness, 0, 1, LIMITS_CLOSED),
  DOUBLE ("augmentation", "cut_out", augmentation.cut_out, 0, 1, LIMITS_CLOSED),
  BOOLEAN ("augmentation", "horizontal_flip", augmentation.horizontal_flip),

  BOOLEAN ("cache", "enabled", cache.enabled),
  UINT ("cache", "variants", cache.variants, 1, MIEN_MAX_VARIANTS),
  UINT ("cache", "limit", cache.limit, 0, MAX_CACHE_LIMIT),

  CHOICE ("optimizer", "kind", optimizer.kind, VGG_OPTIMIZER_ADAMW, optimizer_name),
  FLOAT ("optimizer", "learning_rate", optimizer.learning_rate, 0, FLT_MAX, LIMITS_ABOVE),
  FLOAT ("optimizer", "weight_decay", optimizer.weight_decay, 0, 1000, LIMITS_CLOSED),
  FLOAT ("optimizer", "momentum", optimizer.momentum, 0, 1, LIMITS_BELOW),
  BOOLEAN ("optimizer", "nesterov", optimizer.nesterov),
  FLOAT ("optimizer", "rho", optimizer.rho, 0, 1, LIMITS_BELOW),
  FLOAT ("optimizer", "beta1", optimizer.beta1, 0, 1, LIMITS_BELOW),
  FLOAT ("optimizer", "beta2", optimizer.beta2, 0, 1, LIMITS_BELOW),
  FLOAT ("optimizer", "epsilon", optimizer.epsilon, 0, 1, LIMITS_ABOVE),

  CHOICE ("schedule", "kind", schedule.kind, VGG_SCHEDULE_PLATEAU, schedule_name),
  DOUBLE ("schedule", "warm_up_epochs", schedule.warm_up_epochs, 0, MAX_EPOCHS, LIMITS_CLOSED),
  UINT ("schedule", "step_epochs", schedule.step_epochs, 1, MAX_EPOCHS),
  DOUBLE ("schedule", "factor", schedule.factor, 0, 1, LIMITS_ABOVE),
  UINT ("schedule", "patience", schedule.patience, 1, MAX_EPOCHS),
  DOUBLE ("schedule", "minimum_rate", schedule.minimum_rate, 0, FLT_MAX, LIMITS_CLOSED),

  UINT (NULL, "epochs", epochs, 1, MAX_EPOCHS),
  UINT (NULL, "batch", batch, 1, 4096),
  UINT (NULL, "patience", patience, 0, MAX_EPOCHS),
  CHOICE (NULL, "balance", balance, MIEN_BALANCE_SAMPLING, balance_name),
  BOOLEAN (NULL, "leave_out_twins", leave_out_twins),
  FLOAT (NULL, "average_decay", average_decay, 0, 1, LIMITS_BELOW),
  FLOAT (NULL, "layer_decay", layer_decay, 0, 1, LIMITS_ABOVE),
  FLOAT (NULL, "label_smoothing", label_smoothing, 0, 1, LIMITS_BELOW),
  FLOAT (NULL, "mixup", mixup, 0, 1, LIMITS_CLOSED),
  CHOICE (NULL, "views", views, MIEN_VIEWS_TEN_CROP, views_name),
  BOOLEAN (NULL, "half", half),
  { NULL, "seed", FIELD_UINT64, AT (seed) },
  UINT (NULL, "threads", n_threads, 0, 1024),
};

/* The groups, in the order of their first fields. */
static const char *const groups[] = { "architecture", "augmentation", "cache",
                                      "optimizer",    "schedule",     NULL };

static char *
field_name (const Field *field)
{
  return field->group != NULL ? g_strdup_printf ("%s.%s", field->group, field->key)
                              : g_strdup (field->key);
}

static char *
field_range (const Field *field)
{
  switch (field->limits)
    {
    case LIMITS_ABOVE:
      /* TRANSLATORS: a range of numbers */
      return g_strdup_printf (_ ("above %g and at most %g"), field->low, field->high);
    case LIMITS_BELOW:
      /* TRANSLATORS: a range of numbers */
      return g_strdup_printf (_ ("from %g to below %g"), field->low, field->high);
    case LIMITS_CLOSED:
    default:
      /* TRANSLATORS: a range of numbers */
      return g_strdup_printf (_ ("from %g to %g"), field->low, field->high);
    }
}

static gboolean
field_is_in_range (const Field *field, double value)
{
  return value >= field->low && value <= field->high &&
         !(field->limits == LIMITS_ABOVE && value == field->low) &&
         !(field->limits == LIMITS_BELOW && value == field->high);
}

static gboolean
field_get_number (const Field *field, const MienSettings *settings, double *value)
{
  switch (field->type)
    {
    case FIELD_UINT:
    case FIELD_CHOICE:
      *value = G_STRUCT_MEMBER (guint, settings, field->offset);
      return TRUE;
    case FIELD_FLOAT:
      *value = G_STRUCT_MEMBER (float, settings, field->offset);
      return TRUE;
    case FIELD_DOUBLE:
      *value = G_STRUCT_MEMBER (double, settings, field->offset);
      return TRUE;
    case FIELD_BOOLEAN:
    case FIELD_UINT64:
    case FIELD_PATH:
    default:
      return FALSE;
    }
}

/**
 * mien_settings_check_ranges:
 * @self: settings
 * @error: return location; `MIEN_TRAIN_ERROR_SETTINGS`
 *
 * Returns: %TRUE if every number is in its own range
 */
gboolean
mien_settings_check_ranges (const MienSettings *self, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      double value;

      if (field_get_number (&fields[i], self, &value) && !field_is_in_range (&fields[i], value))
        {
          g_autofree char *name = field_name (&fields[i]);
          g_autofree char *range = field_range (&fields[i]);

          g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                       _ ("“%s” is %g; it may be %s"), name, value, range);
          return FALSE;
        }
    }

  return TRUE;
}

static void
field_write (const Field *field, const MienSettings *settings, JsonObject *object)
{
  switch (field->type)
    {
    case FIELD_BOOLEAN:
      json_object_set_boolean_member (object, field->key,
                                      G_STRUCT_MEMBER (gboolean, settings, field->offset));
      break;
    case FIELD_UINT:
      json_object_set_int_member (object, field->key,
                                  G_STRUCT_MEMBER (guint, settings, field->offset));
      break;
    case FIELD_UINT64:
      {
        guint64 value = G_STRUCT_MEMBER (guint64, settings, field->offset);
        g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

        if (value <= G_MAXINT64)
          json_object_set_int_member (object, field->key, (gint64) value);
        else
          json_object_set_string_member (object, field->key, digits);
        break;
      }
    case FIELD_FLOAT:
      json_object_set_double_member (
        object, field->key,
        mien_json_round_float (G_STRUCT_MEMBER (float, settings, field->offset)));
      break;
    case FIELD_DOUBLE:
      json_object_set_double_member (object, field->key,
                                     G_STRUCT_MEMBER (double, settings, field->offset));
      break;
    case FIELD_CHOICE:
      json_object_set_string_member (
        object, field->key, field->choice_name (G_STRUCT_MEMBER (guint, settings, field->offset)));
      break;
    case FIELD_PATH:
      {
        const char *path = G_STRUCT_MEMBER (char *, settings, field->offset);
        g_autofree char *string = path != NULL ? mien_json_path_to_string (path) : NULL;

        if (string != NULL)
          json_object_set_string_member (object, field->key, string);
        else
          json_object_set_null_member (object, field->key);
        break;
      }
    default:
      g_assert_not_reached ();
    }
}

static gboolean
field_refuse (const Field *field, const char *wanted, GError **error)
{
  g_autofree char *name = field_name (field);

  g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS, _ ("“%s” must be %s"), name,
               wanted);
  return FALSE;
}

static gboolean
field_read_number (const Field *field, JsonNode *node, double *value, GError **error)
{
  g_autofree char *range = field_range (field);
  g_autofree char *wanted = g_strdup_printf (_ ("a number %s"), range);

  if (!mien_json_get_number (node, value) || !field_is_in_range (field, *value))
    return field_refuse (field, wanted, error);
  return TRUE;
}

static gboolean
field_read_choice (const Field *field, JsonNode *node, guint *value, GError **error)
{
  const char *string = NULL;
  g_autoptr (GString) wanted = g_string_new (_ ("one of"));

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    string = json_node_get_string (node);

  for (guint i = 0; i <= (guint) field->high; i++)
    {
      if (g_strcmp0 (string, field->choice_name (i)) == 0)
        {
          *value = i;
          return TRUE;
        }
      g_string_append_printf (wanted, "%s “%s”", i > 0 ? "," : "", field->choice_name (i));
    }

  return field_refuse (field, wanted->str, error);
}

static gboolean
field_read (const Field *field, JsonNode *node, MienSettings *settings, GError **error)
{
  gpointer member = G_STRUCT_MEMBER_P (settings, field->offset);
  g_autofree char *range = NULL;
  g_autofree char *wanted = NULL;
  double number;
  guint64 count;

  switch (field->type)
    {
    case FIELD_BOOLEAN:
      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
        return field_refuse (field, _ ("true or false"), error);
      *(gboolean *) member = json_node_get_boolean (node);
      return TRUE;

    case FIELD_UINT:
      range = field_range (field);
      wanted = g_strdup_printf (_ ("a whole number %s"), range);
      if (!mien_json_get_count (node, G_MAXUINT, &count) || !field_is_in_range (field, count) ||
          json_node_get_value_type (node) == G_TYPE_STRING)
        return field_refuse (field, wanted, error);
      *(guint *) member = (guint) count;
      return TRUE;

    case FIELD_UINT64:
      if (!mien_json_get_count (node, G_MAXUINT64, (guint64 *) member))
        return field_refuse (
          field, _ ("a whole number of 0 or more (from 2⁶³ on: as a string of digits)"), error);
      return TRUE;

    case FIELD_FLOAT:
      if (!field_read_number (field, node, &number, error))
        return FALSE;
      *(float *) member = (float) number;
      return TRUE;

    case FIELD_DOUBLE:
      return field_read_number (field, node, (double *) member, error);

    case FIELD_CHOICE:
      return field_read_choice (field, node, (guint *) member, error);

    case FIELD_PATH:
      if (JSON_NODE_HOLDS_NULL (node))
        g_clear_pointer ((char **) member, g_free);
      else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        {
          g_free (*(char **) member);
          *(char **) member = mien_json_path_from_string (json_node_get_string (node));
        }
      else
        return field_refuse (field, _ ("null, or the path of a weights file"), error);
      return TRUE;

    default:
      g_assert_not_reached ();
    }
}

/**
 * mien_settings_to_json:
 * @self: settings
 *
 * The document that mien_settings_from_json() reads. Its keys, with their units and ranges:
 *
 * - `weights`: path of the weights file to start from (a `file://` URI where it is not UTF-8);
 *   null: from scratch
 * - `architecture.depth`: 11, 13, 16 or 19
 * - `architecture.batch_norm`: batch normalisation after every convolution
 * - `architecture.width_eighths`: 1 to 8; channels are the paper's times it / 8
 * - `architecture.input_width`, `.input_height`: pixels, 32 to 2048
 * - `architecture.head`: `reference`, `light` or `classic`
 * - `architecture.dropout`: of the head, from 0 to below 1
 * - `architecture.l2`: of the reference head's hidden kernels
 * - `frozen_convolutions`: so many convolutions from the input on do not train
 * - `preprocessing`: `imagenet`, `imagenet-255`, `unit` or `standard`
 * - `augmentation.rotation`, `.shear`: degrees
 * - `augmentation.horizontal_shift`, `.vertical_shift`: fraction of width and height
 * - `augmentation.zoom`, `.brightness`: x of a factor in 1 - x … 1 + x
 * - `augmentation.cut_out`: side of a square that is left out at a place of its own each time,
 *   fraction of the shorter side; 0: none
 * - `augmentation.horizontal_flip`: mirror every other picture
 * - `cache.enabled`: features of frozen layers are kept; otherwise computed each time
 * - `cache.variants`: ways in which each training picture is seen, 1 to 32; 1: as it is
 * - `cache.limit`: MiB that all kept features may take; 0: a quarter of the free disk, at most
 *   16 GiB
 * - `optimizer.kind`: `sgd`, `rmsprop`, `adagrad`, `adam` or `adamw`
 * - `optimizer.learning_rate`: base rate, above 0
 * - `optimizer.weight_decay`: coupled; decoupled for AdamW
 * - `optimizer.momentum`, `.nesterov`: of SGD
 * - `optimizer.rho`: of RMSprop
 * - `optimizer.beta1`, `.beta2`: of Adam and AdamW
 * - `optimizer.epsilon`: of all but SGD
 * - `schedule.kind`: `constant`, `step`, `cosine` or `plateau`
 * - `schedule.warm_up_epochs`: linear warm-up, with any kind
 * - `schedule.step_epochs`, `.factor`: of `step`; times `factor` every `step_epochs`
 * - `schedule.patience`, `.factor`: of `plateau`
 * - `schedule.minimum_rate`: the rate is not lowered further
 * - `epochs`: at most, 1 to 100000
 * - `batch`: pictures, 1 to 4096; 2 or more with batch normalisation
 * - `patience`: epochs without a lower validation loss before it ends; 0: never
 * - `balance`: `none`, `weights` (each class's loss by the inverse of its count) or `sampling` (an
 *   epoch draws as many pictures as there are, of each class alike)
 * - `leave_out_twins`: training pictures that look the same as one of validation or test, or of
 *   another class, are not trained on
 * - `average_decay`: what is validated and saved is a running average of the weights that keeps so
 *   much of itself at each step, from 0 to below 1; 0: the weights themselves
 * - `layer_decay`: block b learns at the rate times this to the power of 5 - b, above 0; 1: off
 * - `label_smoothing`: from 0 to below 1
 * - `mixup`: pictures of a batch are mixed in shares drawn from Beta (x, x), 0 to 1; 0: not. Not
 *   together with kept features
 * - `views`: `single`, `flip` or `ten-crop`: what the finished model averages over. Validation in
 *   training sees each picture once, as it is
 * - `half`: the model is saved with 16-bit kernels, in half the bytes
 * - `seed`: 0 to 2⁶⁴ - 1, from 2⁶³ on as a string of digits
 * - `threads`: 0: as many as the machine has cores
 *
 * Returns: (transfer full): an object with every key
 */
JsonNode *
mien_settings_to_json (const MienSettings *self)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const Field *field = &fields[i];
      JsonObject *object = root;

      if (field->group != NULL)
        {
          if (!json_object_has_member (root, field->group))
            json_object_set_object_member (root, field->group, json_object_new ());
          object = json_object_get_object_member (root, field->group);
        }
      field_write (field, self, object);
    }

  json_node_take_object (node, root);
  return node;
}

static const Field *
find_field (const char *group, const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_strcmp0 (fields[i].group, group) == 0 && g_str_equal (fields[i].key, key))
      return &fields[i];
  return NULL;
}

static gboolean
read_group (JsonObject *object, const char *group, MienSettings *settings, GError **error)
{
  g_autoptr (GList) keys = json_object_get_members (object);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      const Field *field = find_field (group, l->data);

      if (field == NULL && group == NULL && g_strv_contains (groups, l->data))
        continue;

      if (field == NULL)
        {
          g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                       _ ("There is no setting “%s%s%s”: see whether it is misspelt"),
                       group != NULL ? group : "", group != NULL ? "." : "", (char *) l->data);
          return FALSE;
        }

      if (!field_read (field, json_object_get_member (object, l->data), settings, error))
        return FALSE;
    }

  return TRUE;
}

/* A rate that suits SGD does not suit Adam: another kind than the recipe's brings its own defaults.
 */
static gboolean
take_kind_defaults (JsonObject *object, const char *group, MienSettings *settings, GError **error)
{
  JsonNode *node = json_object_get_member (object, "kind");
  guint kind;

  if (node == NULL)
    return TRUE;

  if (g_str_equal (group, "optimizer"))
    {
      if (!field_read_choice (find_field (group, "kind"), node, &kind, error))
        return FALSE;
      if (kind != settings->optimizer.kind)
        vgg_optimizer_settings_init (&settings->optimizer, kind);
    }
  else if (g_str_equal (group, "schedule"))
    {
      if (!field_read_choice (find_field (group, "kind"), node, &kind, error))
        return FALSE;
      if (kind != settings->schedule.kind)
        vgg_schedule_settings_init (&settings->schedule, kind);
    }

  return TRUE;
}

static MienSettings *
recipe_for (JsonObject *root, GError **error)
{
  JsonNode *weights = json_object_get_member (root, "weights");
  g_autofree char *path = NULL;

  if (weights == NULL || !JSON_NODE_HOLDS_VALUE (weights) ||
      json_node_get_value_type (weights) != G_TYPE_STRING)
    return mien_settings_new_compact ();

  if (json_object_has_member (root, "architecture"))
    return mien_settings_new_reference ();

  path = mien_json_path_from_string (json_node_get_string (weights));
  return mien_settings_new_for_weights (path, error);
}

/**
 * mien_settings_from_json:
 * @node: a document as mien_settings_to_json() describes it
 * @error: return location; `MIEN_TRAIN_ERROR_SETTINGS` that names the key
 *
 * A key that is not there keeps the value of its recipe: the compact one without `weights`, the
 * weights file's own with them. The file is looked at only where there is no `architecture`, so
 * that settings can be read where it no longer is; beside an `architecture` the recipe is the
 * reference one. An optimiser or schedule of another kind than the recipe's starts from that kind's
 * own defaults. A key that nobody knows is refused.
 *
 * Returns: (transfer full) (nullable): settings that are valid
 */
MienSettings *
mien_settings_from_json (JsonNode *node, GError **error)
{
  g_autoptr (MienSettings) self = NULL;
  JsonObject *root;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                           _ ("Settings must be a JSON object"));
      return NULL;
    }

  root = json_node_get_object (node);
  self = recipe_for (root, error);
  if (self == NULL || !read_group (root, NULL, self, error))
    return NULL;

  for (gsize i = 0; groups[i] != NULL; i++)
    {
      JsonNode *member = json_object_get_member (root, groups[i]);

      if (member == NULL)
        continue;

      if (!JSON_NODE_HOLDS_OBJECT (member))
        {
          g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                       _ ("“%s” must be an object"), groups[i]);
          return NULL;
        }

      if (!take_kind_defaults (json_node_get_object (member), groups[i], self, error) ||
          !read_group (json_node_get_object (member), groups[i], self, error))
        return NULL;
    }

  if (!mien_settings_validate (self, error))
    return NULL;

  return g_steal_pointer (&self);
}
