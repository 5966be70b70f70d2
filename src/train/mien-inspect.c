/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "data/mien-json.h"
#include "engine/vgg-weights.h"
#include "train/mien-bundled.h"
#include "train/mien-model-private.h"

/* What inspect says of a model and of bare weights alike. */
typedef struct
{
  MienModelHeader header; /* of bare weights: no settings, and classes only if there is a head */
  gboolean is_model;
  VggNetwork *network; /* owned; its weights are not read */
  char *card;          /* owned; NULL: it has none */
} Inspection;

static void
inspection_clear (Inspection *self)
{
  mien_model_header_clear (&self->header);
  g_clear_pointer (&self->network, vgg_network_free);
  g_clear_pointer (&self->card, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inspection, inspection_clear)

static gboolean
inspect (const char *path, Inspection *self, GError **error)
{
  g_autoptr (VggTensorFile) file = vgg_tensor_file_load_metadata (path, error);

  if (file == NULL)
    return FALSE;

  self->is_model = mien_model_header_is_in (file);
  if (self->is_model)
    {
      if (!mien_model_header_read (file, path, &self->header, error))
        return FALSE;
    }
  else if (!vgg_weights_detect (file, &self->header.architecture, error))
    return FALSE;

  self->card = mien_bundled_dup_card (path);
  self->network = vgg_network_new (&self->header.architecture, error);
  return self->network != NULL;
}

static JsonArray *
layers_array (VggNetwork *network)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < vgg_network_get_n_layers (network); i++)
    {
      JsonObject *object = json_object_new ();
      JsonArray *output = json_array_new ();
      VggLayerInfo info;

      vgg_network_get_layer_info (network, i, &info);
      for (guint d = 0; d < info.output.n_dimensions; d++)
        json_array_add_int_element (output, (gint64) info.output.dimensions[d]);
      json_object_set_string_member (object, "name", info.name);
      json_object_set_string_member (object, "type", info.type);
      json_object_set_array_member (object, "output", output);
      json_object_set_int_member (object, "parameters", (gint64) info.parameters);
      json_array_add_object_element (array, object);
    }

  return array;
}

static JsonArray *
channels_array (const float values[3])
{
  JsonArray *array = json_array_new ();

  for (guint c = 0; c < 3; c++)
    json_array_add_double_element (array, mien_json_round_float (values[c]));
  return array;
}

static void
set_text (JsonObject *object, const char *key, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, key, text);
  else
    json_object_set_null_member (object, key);
}

static JsonObject *
training_object (const MienModelInfo *info)
{
  JsonObject *object = json_object_new ();

  set_text (object, "dataset", info->dataset_name);
  set_text (object, "dataset_digest", info->dataset_digest);
  set_text (object, "created", info->created);
  json_object_set_int_member (object, "best_epoch", info->best_epoch);
  mien_json_add_number (object, "train_accuracy", info->train_accuracy);
  mien_json_add_number (object, "validation_accuracy", info->validation_accuracy);
  mien_json_add_number (object, "validation_loss", info->validation_loss);
  mien_json_add_number (object, "seconds", info->seconds);
  mien_json_add_number (object, "face_share", info->face_share);
  return object;
}

static char *
to_json (Inspection *self)
{
  const VggArchitecture *architecture = &self->header.architecture;
  const MienPreprocessing *preprocessing = &self->header.preprocessing;
  g_autofree char *name = vgg_architecture_name (architecture);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new ();
  JsonArray *input = json_array_new ();
  JsonArray *classes = json_array_new ();

  json_array_add_int_element (input, 3);
  json_array_add_int_element (input, architecture->input_height);
  json_array_add_int_element (input, architecture->input_width);
  for (guint c = 0; self->header.classes != NULL && self->header.classes[c] != NULL; c++)
    json_array_add_string_element (classes, self->header.classes[c]);

  json_object_set_string_member (root, "kind", self->is_model ? "model" : "weights");
  json_object_set_string_member (root, "architecture", name);
  json_object_set_int_member (root, "parameters",
                              (gint64) vgg_network_count_parameters (self->network));
  json_object_set_array_member (root, "input", input);
  json_object_set_array_member (root, "classes", classes);
  if (self->is_model)
    {
      json_object_set_string_member (root, "preprocessing",
                                     mien_preprocessing_kind_to_string (preprocessing->kind));
      json_object_set_array_member (root, "mean", channels_array (preprocessing->mean));
      json_object_set_array_member (root, "deviation", channels_array (preprocessing->deviation));
      json_object_set_object_member (root, "training", training_object (&self->header.info));
      json_object_set_member (root, "settings", mien_settings_to_json (self->header.settings));
    }
  else
    json_object_set_null_member (root, "preprocessing");
  json_object_set_array_member (root, "layers", layers_array (self->network));
  set_text (root, "card", self->card);

  json_node_take_object (node, root);
  return mien_json_to_text (node, TRUE);
}

static void
append_training (GString *text, const MienModelInfo *info)
{
  if (info->dataset_name != NULL)
    g_string_append_printf (text, _ ("Trained on      %s\n"), info->dataset_name);
  if (info->created != NULL)
    g_string_append_printf (text, _ ("Made            %s\n"), info->created);
  if (info->best_epoch > 0)
    g_string_append_printf (
      text, _ ("Best epoch      %u, validation accuracy %.2f %%, loss %.4f\n"), info->best_epoch,
      100 * info->validation_accuracy, info->validation_loss);
  if (info->face_share > 0)
    g_string_append_printf (text, _ ("Faces           take %.0f %% of a picture's side\n"),
                            100 * info->face_share);
}

static char *
to_text (Inspection *self)
{
  const VggArchitecture *architecture = &self->header.architecture;
  g_autofree char *name = vgg_architecture_name (architecture);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _ ("Kind            %s\n"),
                          self->is_model ? _ ("model") : _ ("weights without classes"));
  g_string_append_printf (text, _ ("Architecture    %s\n"), name);
  g_string_append_printf (text, _ ("Parameters      %zu\n"),
                          vgg_network_count_parameters (self->network));
  g_string_append_printf (text, _ ("Input           3 × %u × %u (channels, height, width)\n"),
                          architecture->input_height, architecture->input_width);
  if (self->is_model)
    {
      g_autofree char *classes = g_strjoinv (", ", self->header.classes);

      g_string_append_printf (text, _ ("Classes         %s\n"), classes);
      g_string_append_printf (text, _ ("Preprocessing   %s\n"),
                              mien_preprocessing_kind_to_string (self->header.preprocessing.kind));
      g_string_append_printf (text, _ ("Views           %s\n"),
                              mien_views_to_string (self->header.settings->views));
      append_training (text, &self->header.info);
    }

  g_string_append_printf (text, "\n%s\n",
                          _ ("Layers: name, type, output of one picture, parameters"));
  for (guint i = 0; i < vgg_network_get_n_layers (self->network); i++)
    {
      g_autofree char *shape = NULL;
      VggLayerInfo info;

      vgg_network_get_layer_info (self->network, i, &info);
      shape = vgg_shape_to_string (&info.output);
      g_string_append_printf (text, "%-18s %-20s %-18s %12zu\n", info.name, info.type, shape,
                              info.parameters);
    }
  if (self->card != NULL)
    g_string_append_printf (text, "\n%s", self->card);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * mien_inspect_file:
 * @path: (type filename): a model, or a weights file of a known kind
 * @json: %TRUE: one JSON document; %FALSE: a text for people
 * @error: return location
 *
 * Says what is in a file without reading its weights. The JSON document holds `kind` (`model` or
 * `weights`), `architecture`, `parameters`, `input` ([3, height, width]), `classes` (empty for
 * weights), `preprocessing` (null for weights: the file does not say), `layers` and `card` (the
 * Markdown text beside the file, see mien_bundled_dup_card(); null where there is none); of a model
 * also `mean` and `deviation` of the preprocessing, `training` and `settings`.
 *
 * Returns: (transfer full) (nullable): the document
 */
char *
mien_inspect_file (const char *path, gboolean json, GError **error)
{
  g_auto (Inspection) inspection = { 0 };

  if (!inspect (path, &inspection, error))
    return NULL;
  return json ? to_json (&inspection) : to_text (&inspection);
}
