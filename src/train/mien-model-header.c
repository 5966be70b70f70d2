/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/mien-json.h"
#include "train/mien-model-private.h"
#include "train/mien-train-error.h"

/* The metadata of a model file, all of them strings:
 *
 * | key | value |
 * |---|---|
 * | `format` | `mien-model` |
 * | `format_version` | `1` |
 * | `architecture` | vgg_architecture_name(), for people; `settings` decides |
 * | `input_width`, `input_height` | pixels |
 * | `classes` | JSON: array of names, in the order of the network's output |
 * | `preprocessing` | JSON: `kind`, and for `standard` `mean` and `deviation`, RGB, 0 to 255 |
 * | `settings` | JSON: as mien_settings_to_json() |
 * | `seed` | decimal |
 * | `dataset_name`, `dataset_digest`, `created` | may be missing |
 * | `calibration` | JSON: `temperature` and `threshold`; may be missing: 1 and 0.5 |
 * | `metrics` | JSON: `epochs`, `best_epoch` and the numbers of MienModelInfo; may be missing, as
 * may `face_share` in it |
 */
#define FORMAT "mien-model"
#define FORMAT_VERSION "1"

#define MAX_CLASSES 65535

/* Softmax is lost in rounding far before this, and its inverse. */
#define MIN_TEMPERATURE 1e-3

void
mien_model_header_clear (MienModelHeader *self)
{
  g_clear_pointer (&self->classes, g_strfreev);
  g_clear_pointer (&self->settings, mien_settings_free);
  mien_model_info_clear (&self->info);
}

gboolean
mien_model_header_is_in (VggTensorFile *file)
{
  return g_strcmp0 (vgg_tensor_file_get_metadata (file, "format"), FORMAT) == 0;
}

static JsonNode *
parse_member (const char *text, JsonNodeType type)
{
  g_autoptr (JsonNode) node = text != NULL ? mien_json_parse (text, NULL) : NULL;

  if (node == NULL || json_node_get_node_type (node) != type)
    return NULL;
  return g_steal_pointer (&node);
}

static char **
parse_classes (const char *text)
{
  g_autoptr (JsonNode) node = parse_member (text, JSON_NODE_ARRAY);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *array;

  if (node == NULL)
    return NULL;

  array = json_node_get_array (node);
  if (json_array_get_length (array) < 2 || json_array_get_length (array) > MAX_CLASSES)
    return NULL;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      const char *name;

      if (!JSON_NODE_HOLDS_VALUE (element) || json_node_get_value_type (element) != G_TYPE_STRING)
        return NULL;

      name = json_node_get_string (element);
      if (*name == '\0' || !g_utf8_validate (name, -1, NULL) ||
          !g_hash_table_add (seen, (gpointer) name))
        return NULL;
      g_strv_builder_add (builder, name);
    }

  return g_strv_builder_end (builder);
}

static gboolean
parse_channels (JsonObject *object, const char *key, float low, float values[3])
{
  JsonNode *node = json_object_get_member (object, key);
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  array = json_node_get_array (node);
  if (json_array_get_length (array) != 3)
    return FALSE;

  for (guint c = 0; c < 3; c++)
    {
      double value;

      if (!mien_json_get_number (json_array_get_element (array, c), &value) || value < low ||
          value > 255)
        return FALSE;
      values[c] = (float) value;
    }

  return TRUE;
}

static void
add_channels (JsonObject *object, const char *key, const float values[3])
{
  JsonArray *array = json_array_new ();

  for (guint c = 0; c < 3; c++)
    json_array_add_double_element (array, mien_json_round_float (values[c]));
  json_object_set_array_member (object, key, array);
}

/**
 * mien_preprocessing_to_text:
 * @preprocessing: a preprocessing
 *
 * Returns: (transfer full): JSON on one line, `{"kind", "mean", "deviation"}`
 */
char *
mien_preprocessing_to_text (const MienPreprocessing *preprocessing)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "kind",
                                 mien_preprocessing_kind_to_string (preprocessing->kind));
  if (preprocessing->kind == MIEN_PREPROCESSING_STANDARD)
    {
      add_channels (object, "mean", preprocessing->mean);
      add_channels (object, "deviation", preprocessing->deviation);
    }
  json_node_take_object (node, object);
  return mien_json_to_text (node, FALSE);
}

/**
 * mien_preprocessing_from_text:
 * @text: (nullable): what mien_preprocessing_to_text() made
 * @preprocessing: (out): the preprocessing
 *
 * Returns: %FALSE if @text is malformed
 */
gboolean
mien_preprocessing_from_text (const char *text, MienPreprocessing *preprocessing)
{
  g_autoptr (JsonNode) node = parse_member (text, JSON_NODE_OBJECT);
  JsonNode *member;
  JsonObject *object;
  MienPreprocessingKind kind;

  if (node == NULL)
    return FALSE;

  object = json_node_get_object (node);
  member = json_object_get_member (object, "kind");
  if (member == NULL || !JSON_NODE_HOLDS_VALUE (member) ||
      json_node_get_value_type (member) != G_TYPE_STRING ||
      !mien_preprocessing_kind_from_string (json_node_get_string (member), &kind))
    return FALSE;

  mien_preprocessing_init (preprocessing, kind);
  /* A deviation of 0 would divide by it. */
  return kind != MIEN_PREPROCESSING_STANDARD ||
         (parse_channels (object, "mean", 0, preprocessing->mean) &&
          parse_channels (object, "deviation", 1e-3f, preprocessing->deviation));
}

static MienSettings *
parse_settings (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = parse_member (text, JSON_NODE_OBJECT);

  /* Without it the settings would ask for the weights file, which is not there any more. */
  if (node == NULL || !json_object_has_member (json_node_get_object (node), "architecture"))
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                           _ ("it has no architecture"));
      return NULL;
    }

  return mien_settings_from_json (node, error);
}

static gboolean
parse_metrics (const char *text, MienModelInfo *info)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;
  guint64 epochs = 0;
  guint64 best_epoch = 0;
  struct
  {
    const char *key;
    double *value;
  } numbers[] = {
    { "train_accuracy", &info->train_accuracy },
    { "validation_accuracy", &info->validation_accuracy },
    { "validation_loss", &info->validation_loss },
    { "seconds", &info->seconds },
  };

  if (text == NULL)
    return TRUE;

  node = parse_member (text, JSON_NODE_OBJECT);
  if (node == NULL)
    return FALSE;

  object = json_node_get_object (node);
  if (!mien_json_get_count (json_object_get_member (object, "epochs"), G_MAXUINT, &epochs) ||
      !mien_json_get_count (json_object_get_member (object, "best_epoch"), epochs, &best_epoch))
    return FALSE;
  info->epochs = (guint) epochs;
  info->best_epoch = (guint) best_epoch;

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!mien_json_get_number (json_object_get_member (object, numbers[i].key), numbers[i].value))
      return FALSE;

  return !json_object_has_member (object, "face_share") ||
         (mien_json_get_number (json_object_get_member (object, "face_share"), &info->face_share) &&
          info->face_share >= 0 && info->face_share <= 1);
}

static gboolean
parse_calibration (const char *text, MienModelHeader *header)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  header->temperature = 1;
  header->threshold = MIEN_MODEL_THRESHOLD;
  if (text == NULL)
    return TRUE;

  node = parse_member (text, JSON_NODE_OBJECT);
  if (node == NULL)
    return FALSE;

  object = json_node_get_object (node);
  return mien_json_get_number (json_object_get_member (object, "temperature"),
                               &header->temperature) &&
         mien_json_get_number (json_object_get_member (object, "threshold"), &header->threshold) &&
         header->temperature >= MIN_TEMPERATURE && header->temperature <= 1 / MIN_TEMPERATURE &&
         header->threshold >= 0 && header->threshold <= 1;
}

static gboolean refuse (const char *path, GError **error, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

static gboolean
refuse (const char *path, GError **error, const char *format, ...)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_MODEL,
               _ ("Cannot open “%s” as a model: %s"), name, reason);
  return FALSE;
}

/* The settings decide what network is built; what else the file says of it must agree. */
static gboolean
check_agreement (VggTensorFile *file,
                 const char *path,
                 const MienModelHeader *header,
                 GError **error)
{
  g_autofree char *name = vgg_architecture_name (&header->architecture);
  const struct
  {
    const char *key;
    guint value;
  } sizes[] = {
    { "input_width", header->architecture.input_width },
    { "input_height", header->architecture.input_height },
  };

  if (g_strcmp0 (vgg_tensor_file_get_metadata (file, "architecture"), name) != 0)
    return refuse (path, error, _ ("its “architecture” and its “settings” disagree"));

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const char *text = vgg_tensor_file_get_metadata (file, sizes[i].key);

      if (text == NULL ||
          !g_ascii_string_to_unsigned (text, 10, sizes[i].value, sizes[i].value, NULL, NULL))
        return refuse (path, error, _ ("its “%s” and its “settings” disagree"), sizes[i].key);
    }

  return TRUE;
}

static char *
dup_text (VggTensorFile *file, const char *key)
{
  const char *text = vgg_tensor_file_get_metadata (file, key);

  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

/**
 * mien_model_header_read:
 * @file: a file, or its metadata alone
 * @path: (type filename): its name for messages
 * @header: (out caller-allocates): zeroed by the caller
 * @error: return location; `MIEN_TRAIN_ERROR_MODEL`
 *
 * Reads and checks the metadata of a model.
 *
 * Returns: %TRUE if they are all right; @header is to be cleared in any case
 */
gboolean
mien_model_header_read (VggTensorFile *file,
                        const char *path,
                        MienModelHeader *header,
                        GError **error)
{
  const char *version = vgg_tensor_file_get_metadata (file, "format_version");
  g_autoptr (GError) local = NULL;

  if (!mien_model_header_is_in (file))
    return refuse (
      path, error,
      _ ("it was not saved by Mien. A file of weights alone is no model: train with it as the "
         "backbone first"));

  if (g_strcmp0 (version, FORMAT_VERSION) != 0)
    return refuse (path, error, _ ("it is of version %s of the format, and this Mien reads %s"),
                   version != NULL ? version : "?", FORMAT_VERSION);

  header->classes = parse_classes (vgg_tensor_file_get_metadata (file, "classes"));
  if (header->classes == NULL)
    return refuse (path, error, _ ("its list of classes is missing or damaged"));

  if (!mien_preprocessing_from_text (vgg_tensor_file_get_metadata (file, "preprocessing"),
                                     &header->preprocessing))
    return refuse (path, error, _ ("its preprocessing is missing or damaged"));

  header->settings = parse_settings (vgg_tensor_file_get_metadata (file, "settings"), &local);
  if (header->settings == NULL)
    return refuse (path, error, _ ("its settings are missing or damaged (%s)"), local->message);

  header->settings->architecture.n_classes = g_strv_length (header->classes);
  header->architecture = header->settings->architecture;
  if (!vgg_architecture_validate (&header->architecture, &local))
    return refuse (path, error, "%s", local->message);

  if (!check_agreement (file, path, header, error))
    return FALSE;

  if (!parse_metrics (vgg_tensor_file_get_metadata (file, "metrics"), &header->info))
    return refuse (path, error, _ ("its metrics are damaged"));

  if (!parse_calibration (vgg_tensor_file_get_metadata (file, "calibration"), header))
    return refuse (path, error, _ ("its calibration is damaged"));

  header->info.dataset_name = dup_text (file, "dataset_name");
  header->info.dataset_digest = dup_text (file, "dataset_digest");
  header->info.created = dup_text (file, "created");
  return TRUE;
}

static char *
classes_to_text (char **classes)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  for (guint i = 0; classes[i] != NULL; i++)
    json_array_add_string_element (array, classes[i]);
  json_node_take_array (node, array);
  return mien_json_to_text (node, FALSE);
}

/* 0 stands for "not known", as in MienModelInfo. */
static void
add_metric (JsonObject *object, const char *key, double value)
{
  json_object_set_double_member (object, key, isfinite (value) ? value : 0);
}

static char *
metrics_to_text (const MienModelInfo *info)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "epochs", info->epochs);
  json_object_set_int_member (object, "best_epoch", info->best_epoch);
  add_metric (object, "train_accuracy", info->train_accuracy);
  add_metric (object, "validation_accuracy", info->validation_accuracy);
  add_metric (object, "validation_loss", info->validation_loss);
  add_metric (object, "seconds", info->seconds);
  add_metric (object, "face_share", info->face_share);
  json_node_take_object (node, object);
  return mien_json_to_text (node, FALSE);
}

static char *
calibration_to_text (const MienModelHeader *header)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_double_member (object, "temperature", header->temperature);
  json_object_set_double_member (object, "threshold", header->threshold);
  json_node_take_object (node, object);
  return mien_json_to_text (node, FALSE);
}

static void
set_count (VggTensorFile *file, const char *key, guint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  vgg_tensor_file_set_metadata (file, key, text);
}

static void
set_text (VggTensorFile *file, const char *key, const char *text)
{
  if (text != NULL)
    vgg_tensor_file_set_metadata (file, key, text);
}

/**
 * mien_model_header_write:
 * @header: a header
 * @file: where its metadata go
 */
void
mien_model_header_write (const MienModelHeader *header, VggTensorFile *file)
{
  g_autofree char *architecture = vgg_architecture_name (&header->architecture);
  g_autofree char *classes = classes_to_text (header->classes);
  g_autofree char *preprocessing = mien_preprocessing_to_text (&header->preprocessing);
  g_autoptr (JsonNode) settings_node = mien_settings_to_json (header->settings);
  g_autofree char *settings = mien_json_to_text (settings_node, FALSE);
  g_autofree char *metrics = metrics_to_text (&header->info);
  g_autofree char *calibration = calibration_to_text (header);

  set_text (file, "format", FORMAT);
  set_text (file, "format_version", FORMAT_VERSION);
  set_text (file, "architecture", architecture);
  set_count (file, "input_width", header->architecture.input_width);
  set_count (file, "input_height", header->architecture.input_height);
  set_text (file, "classes", classes);
  set_text (file, "preprocessing", preprocessing);
  set_text (file, "settings", settings);
  set_count (file, "seed", header->settings->seed);
  set_text (file, "dataset_name", header->info.dataset_name);
  set_text (file, "dataset_digest", header->info.dataset_digest);
  set_text (file, "created", header->info.created);
  set_text (file, "metrics", metrics);
  set_text (file, "calibration", calibration);
}
