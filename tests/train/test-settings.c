/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "train-fixture.h"
#include "train/mien-train-error.h"

static MienSettings *
parse (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  g_assert_nonnull (node);
  return mien_settings_from_json (node, error);
}

static MienSettings *
parse_valid (const char *text)
{
  g_autoptr (GError) error = NULL;
  MienSettings *settings = parse (text, &error);

  g_assert_no_error (error);
  return settings;
}

/* Every member is given a value of its own that is not its default, so that two which were swapped,
 * or one that was forgotten, show. */
static void
test_round_trip (void)
{
  g_autofree char *folder = train_fixture_make_folder ();
  g_autofree char *path = g_build_filename (folder, "settings.json", NULL);
  g_autoptr (MienSettings) settings = mien_settings_new_compact ();
  g_autoptr (MienSettings) back = NULL;
  g_autoptr (GError) error = NULL;

  settings->weights = g_strdup ("/somewhere/weights.safetensors");
  settings->architecture = (VggArchitecture){
    .depth = 13,
    .batch_norm = TRUE,
    .width_eighths = 4,
    .input_width = 64,
    .input_height = 80,
    .head = VGG_HEAD_CLASSIC,
    .dropout = 0.45f,
    .l2 = 0.003f,
  };
  settings->frozen_convolutions = 5;
  settings->preprocessing = MIEN_PREPROCESSING_IMAGENET_255;
  settings->augmentation = (MienAugmentation){
    .rotation = 11,
    .horizontal_shift = 0.11,
    .vertical_shift = 0.12,
    .zoom = 0.13,
    .shear = 14,
    .brightness = 0.15,
    .cut_out = 0.16,
    .horizontal_flip = FALSE,
  };
  settings->cache = (MienCacheSettings){ .enabled = FALSE, .variants = 17, .limit = 18 };
  settings->optimizer = (VggOptimizerSettings){
    .kind = VGG_OPTIMIZER_RMSPROP,
    .learning_rate = 0.017f,
    .weight_decay = 0.018f,
    .momentum = 0.19f,
    .nesterov = TRUE,
    .rho = 0.21f,
    .beta1 = 0.22f,
    .beta2 = 0.23f,
    .epsilon = 1e-5f,
  };
  settings->schedule = (VggScheduleSettings){
    .kind = VGG_SCHEDULE_STEP,
    .warm_up_epochs = 2.5,
    .step_epochs = 31,
    .factor = 0.32,
    .patience = 33,
    .minimum_rate = 1e-7,
  };
  settings->epochs = 41;
  settings->batch = 42;
  settings->patience = 43;
  settings->balance = MIEN_BALANCE_SAMPLING;
  settings->average_decay = 0.445f;
  settings->layer_decay = 0.435f;
  settings->label_smoothing = 0.44f;
  settings->mixup = 0.46f;
  settings->views = MIEN_VIEWS_TEN_CROP;
  settings->half = TRUE;
  settings->leave_out_twins = FALSE;
  settings->seed = G_MAXUINT64;
  settings->n_threads = 3;

  mien_settings_save (settings, path, &error);
  g_assert_no_error (error);
  back = mien_settings_load (path, &error);
  g_assert_no_error (error);

  g_assert_cmpstr (back->weights, ==, settings->weights);
  g_assert_cmpuint (back->architecture.depth, ==, 13);
  g_assert_true (back->architecture.batch_norm);
  g_assert_cmpuint (back->architecture.width_eighths, ==, 4);
  g_assert_cmpuint (back->architecture.input_width, ==, 64);
  g_assert_cmpuint (back->architecture.input_height, ==, 80);
  g_assert_cmpint (back->architecture.head, ==, VGG_HEAD_CLASSIC);
  g_assert_cmpfloat (back->architecture.dropout, ==, 0.45f);
  g_assert_cmpfloat (back->architecture.l2, ==, 0.003f);
  g_assert_cmpuint (back->frozen_convolutions, ==, 5);
  g_assert_cmpint (back->preprocessing, ==, MIEN_PREPROCESSING_IMAGENET_255);
  g_assert_cmpfloat (back->augmentation.rotation, ==, 11);
  g_assert_cmpfloat (back->augmentation.horizontal_shift, ==, 0.11);
  g_assert_cmpfloat (back->augmentation.vertical_shift, ==, 0.12);
  g_assert_cmpfloat (back->augmentation.zoom, ==, 0.13);
  g_assert_cmpfloat (back->augmentation.shear, ==, 14);
  g_assert_cmpfloat (back->augmentation.brightness, ==, 0.15);
  g_assert_cmpfloat (back->augmentation.cut_out, ==, 0.16);
  g_assert_false (back->augmentation.horizontal_flip);
  g_assert_false (back->cache.enabled);
  g_assert_cmpuint (back->cache.variants, ==, 17);
  g_assert_cmpuint (back->cache.limit, ==, 18);
  g_assert_cmpint (back->optimizer.kind, ==, VGG_OPTIMIZER_RMSPROP);
  g_assert_cmpfloat (back->optimizer.learning_rate, ==, 0.017f);
  g_assert_cmpfloat (back->optimizer.weight_decay, ==, 0.018f);
  g_assert_cmpfloat (back->optimizer.momentum, ==, 0.19f);
  g_assert_true (back->optimizer.nesterov);
  g_assert_cmpfloat (back->optimizer.rho, ==, 0.21f);
  g_assert_cmpfloat (back->optimizer.beta1, ==, 0.22f);
  g_assert_cmpfloat (back->optimizer.beta2, ==, 0.23f);
  g_assert_cmpfloat (back->optimizer.epsilon, ==, 1e-5f);
  g_assert_cmpint (back->schedule.kind, ==, VGG_SCHEDULE_STEP);
  g_assert_cmpfloat (back->schedule.warm_up_epochs, ==, 2.5);
  g_assert_cmpuint (back->schedule.step_epochs, ==, 31);
  g_assert_cmpfloat (back->schedule.factor, ==, 0.32);
  g_assert_cmpuint (back->schedule.patience, ==, 33);
  g_assert_cmpfloat (back->schedule.minimum_rate, ==, 1e-7);
  g_assert_cmpuint (back->epochs, ==, 41);
  g_assert_cmpuint (back->batch, ==, 42);
  g_assert_cmpuint (back->patience, ==, 43);
  g_assert_cmpint (back->balance, ==, MIEN_BALANCE_SAMPLING);
  g_assert_cmpfloat (back->average_decay, ==, 0.445f);
  g_assert_cmpfloat (back->layer_decay, ==, 0.435f);
  g_assert_cmpfloat (back->label_smoothing, ==, 0.44f);
  g_assert_cmpfloat (back->mixup, ==, 0.46f);
  g_assert_cmpint (back->views, ==, MIEN_VIEWS_TEN_CROP);
  g_assert_true (back->half);
  g_assert_false (back->leave_out_twins);
  g_assert_cmpuint (back->seed, ==, G_MAXUINT64);
  g_assert_cmpuint (back->n_threads, ==, 3);

  train_fixture_remove_folder (g_steal_pointer (&folder));
}

static void
test_seeds (void)
{
  const struct
  {
    const char *text;
    guint64 seed;
  } table[] = {
    { "{\"seed\": 0}", 0 },
    { "{\"seed\": 9223372036854775807}", G_MAXINT64 },
    { "{\"seed\": \"9223372036854775808\"}", (guint64) G_MAXINT64 + 1 },
    { "{\"seed\": \"18446744073709551615\"}", G_MAXUINT64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (MienSettings) settings = parse_valid (table[i].text);

      g_assert_cmpuint (settings->seed, ==, table[i].seed);
    }
}

/* Missing keys are the recipe's; of another kind of optimiser they are that kind's own. */
static void
test_defaults (void)
{
  g_autoptr (MienSettings) compact = mien_settings_new_compact ();
  g_autoptr (MienSettings) empty = parse_valid ("{}");
  g_autoptr (MienSettings) rmsprop = parse_valid ("{\"optimizer\": {\"kind\": \"rmsprop\"}}");
  g_autoptr (MienSettings)
    reference = parse_valid ("{\"weights\": \"/nowhere\", \"architecture\": {\"dropout\": 0.1}}");
  VggOptimizerSettings defaults;

  g_assert_cmpuint (empty->architecture.input_width, ==, 48);
  g_assert_cmpuint (empty->architecture.width_eighths, ==, 2);
  g_assert_true (empty->architecture.batch_norm);
  g_assert_cmpuint (empty->epochs, ==, compact->epochs);
  g_assert_cmpfloat (empty->optimizer.learning_rate, ==, compact->optimizer.learning_rate);

  vgg_optimizer_settings_init (&defaults, VGG_OPTIMIZER_RMSPROP);
  g_assert_cmpfloat (rmsprop->optimizer.learning_rate, ==, defaults.learning_rate);
  g_assert_cmpfloat (rmsprop->optimizer.rho, ==, defaults.rho);

  g_assert_cmpuint (reference->architecture.depth, ==, 19);
  g_assert_cmpuint (reference->architecture.input_height, ==, 224);
  g_assert_cmpfloat (reference->architecture.dropout, ==, 0.1f);
  g_assert_cmpint (reference->architecture.head, ==, VGG_HEAD_REFERENCE);
  /* 2 + 2 + 4 + 4 */
  g_assert_cmpuint (reference->frozen_convolutions, ==, 12);
  g_assert_cmpint (reference->optimizer.kind, ==, VGG_OPTIMIZER_ADAM);
  g_assert_cmpfloat (reference->optimizer.learning_rate, ==, 1e-5f);
  g_assert_cmpuint (reference->batch, ==, 32);
  g_assert_cmpuint (reference->epochs, ==, 75);
}

/* What is refused, and what the message must name. */
static void
test_refusals (void)
{
  const struct
  {
    const char *text;
    const char *named;
  } table[] = {
    { "[]", "object" },
    { "3", "object" },
    { "{\"learning_rate\": 0.1}", "learning_rate" },
    { "{\"optimizer\": {\"learning_rat\": 0.1}}", "optimizer.learning_rat" },
    { "{\"optimizer\": 1}", "optimizer" },
    { "{\"optimizer\": {\"learning_rate\": 0}}", "optimizer.learning_rate" },
    { "{\"optimizer\": {\"learning_rate\": -1}}", "optimizer.learning_rate" },
    { "{\"optimizer\": {\"learning_rate\": \"fast\"}}", "optimizer.learning_rate" },
    { "{\"optimizer\": {\"learning_rate\": 1e300}}", "optimizer.learning_rate" },
    { "{\"optimizer\": {\"learning_rate\": null}}", "optimizer.learning_rate" },
    { "{\"optimizer\": {\"kind\": \"sdg\"}}", "adamw" },
    { "{\"optimizer\": {\"kind\": 0}}", "optimizer.kind" },
    { "{\"optimizer\": {\"momentum\": 1}}", "optimizer.momentum" },
    { "{\"optimizer\": {\"nesterov\": 1}}", "optimizer.nesterov" },
    { "{\"schedule\": {\"factor\": 0}}", "schedule.factor" },
    { "{\"schedule\": {\"kind\": \"cosin\"}}", "plateau" },
    { "{\"architecture\": {\"depth\": 12}}", "12" },
    { "{\"architecture\": {\"depth\": 19.5}}", "architecture.depth" },
    { "{\"architecture\": {\"depth\": \"19\"}}", "architecture.depth" },
    { "{\"architecture\": {\"width_eighths\": 9}}", "architecture.width_eighths" },
    { "{\"architecture\": {\"input_width\": 31}}", "architecture.input_width" },
    { "{\"architecture\": {\"input_width\": 4294967328}}", "architecture.input_width" },
    { "{\"architecture\": {\"n_classes\": 3}}", "architecture.n_classes" },
    { "{\"architecture\": {\"dropout\": 1}}", "architecture.dropout" },
    { "{\"architecture\": {\"head\": \"heavy\"}}", "light" },
    { "{\"architecture\": {\"depth\": 11}, \"frozen_convolutions\": 9}", "frozen_convolutions" },
    { "{\"augmentation\": {\"zoom\": 1}}", "augmentation.zoom" },
    { "{\"augmentation\": {\"cut_out\": 1.1}}", "augmentation.cut_out" },
    { "{\"augmentation\": {\"horizontal_flip\": \"yes\"}}", "augmentation.horizontal_flip" },
    { "{\"preprocessing\": \"none\"}", "imagenet-255" },
    { "{\"epochs\": 0}", "epochs" },
    { "{\"epochs\": 100001}", "epochs" },
    { "{\"batch\": 0}", "batch" },
    { "{\"batch\": 4097}", "batch" },
    { "{\"batch\": 1}", "batch" },
    { "{\"patience\": -1}", "patience" },
    { "{\"label_smoothing\": 1}", "label_smoothing" },
    { "{\"average_decay\": 1}", "average_decay" },
    { "{\"average_decay\": -0.1}", "average_decay" },
    { "{\"layer_decay\": 0}", "layer_decay" },
    { "{\"layer_decay\": 1.01}", "layer_decay" },
    { "{\"balance\": \"weight\"}", "sampling" },
    { "{\"balance\": true}", "balance" },
    { "{\"mixup\": 1.5}", "mixup" },
    { "{\"views\": \"five-crop\"}", "ten-crop" },
    { "{\"mixup\": 0.2, \"frozen_convolutions\": 2}", "cache.enabled" },
    { "{\"seed\": -1}", "seed" },
    { "{\"seed\": \"1x\"}", "seed" },
    { "{\"seed\": \"18446744073709551616\"}", "seed" },
    { "{\"threads\": 1025}", "threads" },
    { "{\"weights\": 3}", "weights" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MienSettings) settings = parse (table[i].text, &error);

      g_test_message ("%s: %s", table[i].text, error != NULL ? error->message : "taken");
      g_assert_null (settings);
      g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, table[i].named));
    }
}

/* A file that cannot be read as JSON at all; each message names it. */
static void
test_bad_files (void)
{
  g_autofree char *folder = train_fixture_make_folder ();
  g_autofree char *deep = g_strnfill (100000, '[');
  const char *contents[] = { "",         "{",  "no JSON",       "{\"epochs\": 3,}",
                             "\xff\xfe", deep, "{\"epoch\": 3}" };
  g_autofree char *missing = g_build_filename (folder, "missing.json", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *path = g_build_filename (folder, "broken.json", NULL);
      g_autoptr (GError) refused = NULL;

      train_fixture_write_file (folder, "broken.json", contents[i]);
      g_assert_null (mien_settings_load (path, &refused));
      g_assert_error (refused, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS);
      g_assert_nonnull (strstr (refused->message, "broken.json"));
    }

  g_assert_null (mien_settings_load (missing, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "missing.json"));
  train_fixture_remove_folder (g_steal_pointer (&folder));
}

static void
test_backbones (void)
{
  g_autofree char *folder = train_fixture_make_folder ();
  g_autofree char *path = g_build_filename (folder, "colours.safetensors", NULL);
  g_autofree char *faces = g_build_filename (folder, "faces-compact.safetensors", NULL);
  g_autoptr (MienModel) model = train_fixture_colour_model (1);
  g_autoptr (MienSettings) scratch = NULL;
  g_autoptr (MienSettings) compact = NULL;
  g_autoptr (MienSettings) bundled = NULL;
  g_autoptr (MienSettings) file = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("MIEN_WEIGHTS", folder, TRUE);
  scratch = mien_settings_new_for_backbone ("scratch", &error);
  g_assert_no_error (error);
  g_assert_null (scratch->weights);
  compact = mien_settings_new_for_backbone ("compact", &error);
  g_assert_no_error (error);
  g_assert_true (mien_settings_equal (compact, scratch));

  mien_model_save (model, path, &error);
  g_assert_no_error (error);
  file = mien_settings_new_for_backbone (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (file->weights, ==, path);
  g_assert_cmpuint (file->architecture.depth, ==, 11);
  g_assert_cmpuint (file->architecture.width_eighths, ==, 1);
  g_assert_false (file->architecture.batch_norm);
  g_assert_cmpuint (file->architecture.input_width, ==, 32);
  g_assert_cmpuint (file->architecture.n_classes, ==, 0);
  /* VGG11: 1 + 1 + 2 + 2 */
  g_assert_cmpuint (file->frozen_convolutions, ==, 6);

  /* With the network that comes along, that is what “compact” starts from. */
  mien_model_save (model, faces, &error);
  g_assert_no_error (error);
  bundled = mien_settings_new_for_backbone ("compact", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bundled->weights, ==, faces);
  g_assert_false (mien_settings_equal (bundled, scratch));

  g_assert_null (mien_settings_new_for_backbone ("compakt", &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "compakt"));
  train_fixture_remove_folder (g_steal_pointer (&folder));
}

/* 0.1 is written as a person would; a path that is not UTF-8 survives. */
static void
test_writing (void)
{
  g_autoptr (MienSettings) settings = mien_settings_new_compact ();
  g_autoptr (MienSettings) back = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *optimizer;

  settings->optimizer.weight_decay = 0.1f;
  settings->weights = g_strdup ("/tmp/\xe9t\xe9.h5");
  node = mien_settings_to_json (settings);
  optimizer = json_object_get_object_member (json_node_get_object (node), "optimizer");
  g_assert_cmpfloat (json_object_get_double_member (optimizer, "weight_decay"), ==, 0.1);

  back = mien_settings_from_json (node, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (back->weights, ==, "/tmp/\xe9t\xe9.h5");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/settings/round-trip", test_round_trip);
  g_test_add_func ("/settings/seeds", test_seeds);
  g_test_add_func ("/settings/defaults", test_defaults);
  g_test_add_func ("/settings/refusals", test_refusals);
  g_test_add_func ("/settings/bad-files", test_bad_files);
  g_test_add_func ("/settings/backbones", test_backbones);
  g_test_add_func ("/settings/writing", test_writing);

  return g_test_run ();
}
