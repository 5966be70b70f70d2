/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-settings.h"

#include <glib/gi18n-lib.h>

#include "train/mien-backbone.h"
#include "train/mien-bundled.h"
#include "train/mien-known-weights.h"
#include "train/mien-feature-id.h"
#include "train/mien-settings-fields.h"
#include "train/mien-train-error.h"

/* What both recipes share; the rest is theirs. */
static MienSettings *
settings_new (VggOptimizerKind optimizer, VggScheduleKind schedule)
{
  MienSettings *self = g_new0 (MienSettings, 1);

  self->balance = MIEN_BALANCE_WEIGHTS;
  self->leave_out_twins = TRUE;
  self->layer_decay = 1;
  self->seed = 1;
  mien_augmentation_init_default (&self->augmentation);
  self->cache = (MienCacheSettings){ .enabled = TRUE, .variants = 4 };
  vgg_optimizer_settings_init (&self->optimizer, optimizer);
  vgg_schedule_settings_init (&self->schedule, schedule);
  return self;
}

/**
 * mien_settings_new_compact:
 *
 * The recipe for a person's own pictures and computer, without a download: VGG19 with batch
 * normalisation, a quarter of the paper's channels, 48x48 input, trained from scratch. Sixteen
 * convolutions without shortcuts hardly start to learn from some hundred pictures with SGD; AdamW
 * (Loshchilov & Hutter 2019) brings them on. Its rate is warmed up (Goyal et al. 2017) and then let
 * down along half a cosine (Loshchilov & Hutter 2017).
 *
 * Returns: (transfer full): the settings; `architecture.n_classes` is 0 until a data set is there
 */
MienSettings *
mien_settings_new_compact (void)
{
  MienSettings *self = settings_new (VGG_OPTIMIZER_ADAMW, VGG_SCHEDULE_COSINE);

  self->architecture = (VggArchitecture){
    .depth = 19,
    .batch_norm = TRUE,
    .width_eighths = 2,
    .input_width = 48,
    .input_height = 48,
    .head = VGG_HEAD_LIGHT,
    .dropout = 0.3f,
  };
  self->preprocessing = MIEN_PREPROCESSING_STANDARD;
  self->optimizer.learning_rate = 1e-3f;
  self->schedule.warm_up_epochs = 3;
  self->epochs = 40;
  self->batch = 16;
  self->patience = 15;
  return self;
}

/**
 * mien_settings_new_reference:
 *
 * The reference recipe for a VGG19 that has seen ImageNet, without the file: 224x224, blocks 1 to 4
 * as they are, block 5 and the reference head train with Adam at 1e-5, 75 epochs at most. The
 * hidden layers' L2 of 0.01 is what Keras' `l2()` takes unless told, and their dropout is 0.5 as in
 * Simonyan & Zisserman 2015.
 *
 * Returns: (transfer full): the settings; `weights` is %NULL
 */
MienSettings *
mien_settings_new_reference (void)
{
  MienSettings *self = settings_new (VGG_OPTIMIZER_ADAM, VGG_SCHEDULE_CONSTANT);

  self->architecture = (VggArchitecture){
    .depth = 19,
    .width_eighths = VGG_FULL_WIDTH,
    .input_width = 224,
    .input_height = 224,
    .head = VGG_HEAD_REFERENCE,
    .dropout = 0.5f,
    .l2 = 0.01f,
  };
  mien_settings_freeze_blocks (self, 4);
  self->preprocessing = MIEN_PREPROCESSING_IMAGENET;
  self->optimizer.learning_rate = 1e-5f;
  self->epochs = 75;
  self->batch = 32;
  self->patience = 10;
  return self;
}

/* For a network that Mien has trained, on more pictures than a person has: all of it goes on to
 * learn, from where it is, the lower blocks more slowly (Howard & Ruder 2018). The warm-up lets the
 * new head find its feet before it moves the layers below. */
static MienSettings *
settings_new_fine_tuning (void)
{
  MienSettings *self = settings_new (VGG_OPTIMIZER_ADAMW, VGG_SCHEDULE_COSINE);

  self->architecture.head = VGG_HEAD_LIGHT;
  self->architecture.dropout = 0.3f;
  self->optimizer.learning_rate = 5e-4f;
  self->layer_decay = 0.7f;
  self->schedule.warm_up_epochs = 1;
  self->epochs = 20;
  self->batch = 32;
  self->patience = 10;
  return self;
}

/**
 * mien_settings_freeze_blocks:
 * @self: settings
 * @n_blocks: 0 to 5
 *
 * Sets `frozen_convolutions` to all of the first @n_blocks blocks, which the depth decides.
 */
void
mien_settings_freeze_blocks (MienSettings *self, guint n_blocks)
{
  g_return_if_fail (n_blocks <= VGG_N_BLOCKS);

  self->frozen_convolutions = 0;
  for (guint block = 1; block <= n_blocks; block++)
    self->frozen_convolutions += vgg_architecture_convolutions_in_block (&self->architecture,
                                                                         block);
}

/**
 * mien_settings_new_for_weights:
 * @path: (type filename): a weights file, `.safetensors` or `.h5`
 * @error: return location; `VGG_ERROR` where the file cannot be read or holds no VGG,
 * `MIEN_TRAIN_ERROR_MODEL` where it is damaged
 *
 * The recipe for the network that the file holds: depth, batch normalisation, width, input size and
 * the preprocessing that it was trained with are the file's (see mien_backbone_read()).
 *
 * Of a network with batch normalisation that Mien has trained, all layers train, the lower ones
 * more slowly. Around any other file stands the reference recipe, see
 * mien_settings_new_reference().
 *
 * Returns: (transfer full) (nullable): the settings
 */
MienSettings *
mien_settings_new_for_weights (const char *path, GError **error)
{
  g_autoptr (VggTensorFile) file = vgg_tensor_file_load_metadata (path, error);
  g_autoptr (MienSettings) self = NULL;
  MienBackbone backbone;
  gboolean is_fine_tuned;

  if (file == NULL || !mien_backbone_read (file, &backbone, error))
    return NULL;

  is_fine_tuned = backbone.is_trained_here && backbone.architecture.batch_norm;
  self = is_fine_tuned ? settings_new_fine_tuning () : mien_settings_new_reference ();
  self->weights = g_canonicalize_filename (path, NULL);
  self->architecture.depth = backbone.architecture.depth;
  self->architecture.batch_norm = backbone.architecture.batch_norm;
  self->architecture.width_eighths = backbone.architecture.width_eighths;
  self->architecture.input_width = backbone.architecture.input_width;
  self->architecture.input_height = backbone.architecture.input_height;
  self->preprocessing = backbone.preprocessing.kind;
  if (!is_fine_tuned)
    mien_settings_freeze_blocks (self, 4);

  return g_steal_pointer (&self);
}

/**
 * mien_settings_new_for_backbone:
 * @backbone: (type filename): `compact`, `scratch`, `imagenet`, or the path of a model or weights
 *   file
 * @error: return location
 *
 * `compact` is the network that comes with the program and knows faces, or `scratch` where it is
 * not there; `scratch` is a compact network that knows nothing yet; `imagenet` is the VGG19 that
 * mien_known_weights_fetch() has fetched, an error where it is not there.
 *
 * Returns: (transfer full) (nullable): the settings of the recipe that @backbone names
 */
MienSettings *
mien_settings_new_for_backbone (const char *backbone, GError **error)
{
  g_autofree char *bundled = NULL;
  g_autofree char *imagenet = NULL;

  if (g_str_equal (backbone, "compact"))
    {
      bundled = mien_bundled_find (MIEN_BUNDLED_FACES);
      backbone = bundled != NULL ? bundled : "scratch";
    }
  if (g_str_equal (backbone, "scratch"))
    return mien_settings_new_compact ();
  if (g_str_equal (backbone, "imagenet"))
    {
      imagenet = mien_weights_find_imagenet ();
      if (imagenet == NULL)
        {
          g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                               _ ("The ImageNet weights are not on this computer: “mien-cli fetch” "
                                  "gets them, and so does the button in the settings of a "
                                  "training"));
          return NULL;
        }
      backbone = imagenet;
    }

  if (!g_file_test (backbone, G_FILE_TEST_EXISTS))
    {
      g_autofree char *name = g_filename_display_name (backbone);

      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                   _ ("There is no backbone “%s”: give “compact”, “scratch”, “imagenet”, or the "
                      "path of a weights file (.safetensors or .h5)"),
                   name);
      return NULL;
    }

  return mien_settings_new_for_weights (backbone, error);
}

/**
 * mien_settings_copy:
 * @self: settings
 *
 * Returns: (transfer full): a copy
 */
MienSettings *
mien_settings_copy (const MienSettings *self)
{
  MienSettings *copy = g_new (MienSettings, 1);

  *copy = *self;
  copy->weights = g_strdup (self->weights);
  return copy;
}

/**
 * mien_settings_free:
 * @self: (transfer full) (nullable): settings
 */
void
mien_settings_free (MienSettings *self)
{
  if (self == NULL)
    return;
  g_free (self->weights);
  g_free (self);
}

/**
 * mien_balance_to_string:
 * @balance: a way
 *
 * Returns: its name in files, never translated
 */
const char *
mien_balance_to_string (MienBalance balance)
{
  static const char *const names[] = {
    [MIEN_BALANCE_NONE] = "none",
    [MIEN_BALANCE_WEIGHTS] = "weights",
    [MIEN_BALANCE_SAMPLING] = "sampling",
  };

  g_return_val_if_fail ((guint) balance < G_N_ELEMENTS (names), "");

  return names[balance];
}

/**
 * mien_settings_get_order:
 * @self: settings
 *
 * Returns: the order that training pictures come in
 */
MienOrderKind
mien_settings_get_order (const MienSettings *self)
{
  return self->balance == MIEN_BALANCE_SAMPLING ? MIEN_ORDER_BALANCED : MIEN_ORDER_SHUFFLED;
}

/**
 * mien_settings_equal:
 * @self: settings
 * @other: other settings
 *
 * Returns: whether a training with @self is the same as one with @other
 */
gboolean
mien_settings_equal (const MienSettings *self, const MienSettings *other)
{
  g_autoptr (JsonNode) own = mien_settings_to_json (self);
  g_autoptr (JsonNode) others = mien_settings_to_json (other);

  return json_node_equal (own, others);
}

/**
 * mien_settings_validate:
 * @self: settings
 * @error: return location; `MIEN_TRAIN_ERROR_SETTINGS` that names the setting, what it is and what
 * it may be
 *
 * Checks every number against its range and whether the settings fit each other.
 * `architecture.n_classes` may be 0.
 *
 * Returns: %TRUE if a training can be made with @self
 */
gboolean
mien_settings_validate (const MienSettings *self, GError **error)
{
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];
  g_autoptr (GError) local = NULL;
  guint n_convolutions;

  if (!mien_settings_check_ranges (self, error))
    return FALSE;

  if (!vgg_architecture_validate (&self->architecture, &local))
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS, local->message);
      return FALSE;
    }

  n_convolutions = vgg_architecture_convolutions (&self->architecture, specs);
  if (self->frozen_convolutions > n_convolutions)
    {
      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                   _ ("“frozen_convolutions” is %u, but VGG%u has %u convolutions"),
                   self->frozen_convolutions, self->architecture.depth, n_convolutions);
      return FALSE;
    }

  if (self->architecture.batch_norm && self->batch < 2)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                           _ ("“batch” is 1, but batch normalisation needs 2 pictures or more"));
      return FALSE;
    }

  if (self->mixup > 0 && mien_feature_is_used (self))
    {
      g_set_error_literal (
        error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
        _ ("“mixup” mixes pictures anew in every epoch, so that features of frozen layers cannot "
           "be kept: let all layers train, or set “cache.enabled” to false"));
      return FALSE;
    }

  return TRUE;
}
