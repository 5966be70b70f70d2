/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-optimizer.h"
#include "engine/vgg-random.h"
#include "engine/vgg-threads.h"

#define N_STEPS 3

static const float rates[N_STEPS] = { 0.1f, 0.05f, 0.02f };

/* Parameters without a network. */
typedef struct
{
  VggParameter kernel;
  VggParameter bias;
  VggParameter *all[2];
} Parameters;

static VggTensorFile *
load_golden (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", "optimizer.safetensors",
                                                 NULL);
  g_autoptr (GError) error = NULL;
  VggTensorFile *file = vgg_tensor_file_load (path, &error);

  g_assert_no_error (error);
  return file;
}

static void
parameter_init (VggParameter *self, const char *name, const VggShape *shape, gboolean decays)
{
  *self = (VggParameter){
    .name = name,
    .shape = *shape,
    .value = vgg_floats_new (vgg_shape_elements (shape)),
    .gradient = vgg_floats_new (vgg_shape_elements (shape)),
    .trainable = TRUE,
    .rate = 1,
    .decays = decays,
  };
}

static void
parameters_init (Parameters *self, const VggShape *kernel, const VggShape *bias)
{
  parameter_init (&self->kernel, "block1_conv1.kernel", kernel, TRUE);
  parameter_init (&self->bias, "block1_conv1.bias", bias, FALSE);
  self->all[0] = &self->kernel;
  self->all[1] = &self->bias;
}

static void
parameters_clear (Parameters *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->all); i++)
    {
      vgg_floats_free (self->all[i]->value);
      vgg_floats_free (self->all[i]->gradient);
    }
}

static const float *
golden_values (VggTensorFile *golden, const char *set, guint step, const char *parameter)
{
  g_autofree char *number = step > 0 ? g_strdup_printf ("%u", step) : g_strdup ("");
  g_autofree char *name = g_strconcat (set, number, ".", parameter, NULL);
  const VggTensor *tensor = vgg_tensor_file_get (golden, name);

  g_assert_nonnull (tensor);
  return tensor->data;
}

static void
copy_golden (VggTensorFile *golden, const char *set, guint step, float *kernel, float *bias)
{
  memcpy (kernel, golden_values (golden, set, step, "kernel"),
          vgg_shape_elements (vgg_tensor_file_get_shape (golden, "start.kernel")) * sizeof (float));
  memcpy (bias, golden_values (golden, set, step, "bias"),
          vgg_shape_elements (vgg_tensor_file_get_shape (golden, "start.bias")) * sizeof (float));
}

static void
parameters_init_golden (Parameters *self, VggTensorFile *golden)
{
  parameters_init (self, vgg_tensor_file_get_shape (golden, "start.kernel"),
                   vgg_tensor_file_get_shape (golden, "start.bias"));
  copy_golden (golden, "start", 0, self->kernel.value, self->bias.value);
}

/* Values are of the order of 1; single precision leaves 1e-6 after three steps. */
static void
assert_close (const float *values, const float *expected, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (values[i], expected[i], 2e-6);
}

typedef struct
{
  const char *name;
  VggOptimizerKind kind;
  gboolean defaults; /* of everything but the learning rate */
  float weight_decay, momentum;
  gboolean nesterov;
  float rho, beta1, beta2, epsilon;
} GoldenCase;

/* tests/golden/make-optimizer-golden.py has the same. */
static const GoldenCase golden_cases[] = {
  { "sgd", VGG_OPTIMIZER_SGD, .defaults = TRUE },
  { "sgd-decay", VGG_OPTIMIZER_SGD, .weight_decay = 0.1f },
  { "sgd-momentum", VGG_OPTIMIZER_SGD, .momentum = 0.9f, .weight_decay = 0.01f },
  { "sgd-nesterov", VGG_OPTIMIZER_SGD, .momentum = 0.8f, .nesterov = TRUE, .weight_decay = 0.01f },
  { "rmsprop", VGG_OPTIMIZER_RMSPROP, .defaults = TRUE },
  { "rmsprop-decay", VGG_OPTIMIZER_RMSPROP, .rho = 0.9f, .epsilon = 1e-3f, .weight_decay = 0.1f },
  { "adagrad", VGG_OPTIMIZER_ADAGRAD, .defaults = TRUE },
  { "adagrad-decay", VGG_OPTIMIZER_ADAGRAD, .epsilon = 1e-3f, .weight_decay = 0.1f },
  { "adam", VGG_OPTIMIZER_ADAM, .defaults = TRUE },
  { "adam-decay", VGG_OPTIMIZER_ADAM, .beta1 = 0.8f, .beta2 = 0.95f, .epsilon = 1e-3f,
    .weight_decay = 0.1f },
  { "adamw", VGG_OPTIMIZER_ADAMW, .defaults = TRUE },
  { "adamw-decay", VGG_OPTIMIZER_ADAMW, .beta1 = 0.8f, .beta2 = 0.95f, .epsilon = 1e-3f,
    .weight_decay = 0.3f },
};

static void
golden_settings (VggOptimizerSettings *settings, const GoldenCase *golden_case)
{
  vgg_optimizer_settings_init (settings, golden_case->kind);
  if (golden_case->defaults)
    return;

  settings->weight_decay = golden_case->weight_decay;
  settings->momentum = golden_case->momentum;
  settings->nesterov = golden_case->nesterov;
  settings->rho = golden_case->rho;
  settings->beta1 = golden_case->beta1;
  settings->beta2 = golden_case->beta2;
  settings->epsilon = golden_case->epsilon;
}

static void
test_golden (gconstpointer data)
{
  const GoldenCase *golden_case = data;
  g_autoptr (VggTensorFile) golden = load_golden ();
  g_autoptr (VggOptimizer) optimizer = NULL;
  VggOptimizerSettings settings;
  Parameters parameters;

  parameters_init_golden (&parameters, golden);
  golden_settings (&settings, golden_case);
  optimizer = vgg_optimizer_new (&settings, parameters.all, 2);

  for (guint step = 1; step <= N_STEPS; step++)
    {
      copy_golden (golden, "gradient", step, parameters.kernel.gradient, parameters.bias.gradient);
      vgg_optimizer_step (optimizer, rates[step - 1]);

      for (guint i = 0; i < 2; i++)
        assert_close (parameters.all[i]->value,
                      golden_values (golden, golden_case->name, step, i == 0 ? "kernel" : "bias"),
                      vgg_shape_elements (&parameters.all[i]->shape));
    }

  parameters_clear (&parameters);
}

/* Three steps in one go, and two, a checkpoint, one: the same bits. */
static void
test_restore (gconstpointer data)
{
  const GoldenCase *golden_case = data;
  g_autoptr (VggTensorFile) golden = load_golden ();
  g_autoptr (VggTensorFile) checkpoint = vgg_tensor_file_new ();
  g_autoptr (VggOptimizer) whole = NULL;
  g_autoptr (VggOptimizer) resumed = NULL;
  g_autoptr (GError) error = NULL;
  VggOptimizerSettings settings;
  Parameters one, two;

  parameters_init_golden (&one, golden);
  parameters_init_golden (&two, golden);
  golden_settings (&settings, golden_case);
  whole = vgg_optimizer_new (&settings, one.all, 2);

  for (guint step = 1; step <= N_STEPS; step++)
    {
      copy_golden (golden, "gradient", step, one.kernel.gradient, one.bias.gradient);
      if (step == N_STEPS)
        {
          vgg_optimizer_save (whole, checkpoint);
          for (guint i = 0; i < 2; i++)
            memcpy (two.all[i]->value, one.all[i]->value,
                    vgg_shape_elements (&one.all[i]->shape) * sizeof (float));
        }
      vgg_optimizer_step (whole, rates[step - 1]);
    }

  resumed = vgg_optimizer_new (&settings, two.all, 2);
  g_assert_true (vgg_optimizer_restore (resumed, checkpoint, &error));
  g_assert_no_error (error);
  copy_golden (golden, "gradient", N_STEPS, two.kernel.gradient, two.bias.gradient);
  vgg_optimizer_step (resumed, rates[N_STEPS - 1]);

  for (guint i = 0; i < 2; i++)
    {
      gsize bytes = vgg_shape_elements (&one.all[i]->shape) * sizeof (float);

      g_assert_cmpmem (one.all[i]->value, bytes, two.all[i]->value, bytes);
    }

  parameters_clear (&one);
  parameters_clear (&two);
}

/* A parameter's own factor is a factor of the rate, and of no other parameter's: half the rate
 * twice as fast gives the golden values. */
static void
test_rates (gconstpointer data)
{
  const GoldenCase *golden_case = data;
  g_autoptr (VggTensorFile) golden = load_golden ();
  g_autoptr (VggOptimizer) optimizer = NULL;
  VggOptimizerSettings settings;
  Parameters parameters;

  parameters_init_golden (&parameters, golden);
  parameters.kernel.rate = 0.5f;
  golden_settings (&settings, golden_case);
  optimizer = vgg_optimizer_new (&settings, parameters.all, 2);

  for (guint step = 1; step <= N_STEPS; step++)
    {
      copy_golden (golden, "gradient", step, parameters.kernel.gradient, parameters.bias.gradient);
      vgg_optimizer_step (optimizer, 2 * rates[step - 1]);
      assert_close (parameters.kernel.value,
                    golden_values (golden, golden_case->name, step, "kernel"),
                    vgg_shape_elements (&parameters.kernel.shape));
    }
  g_assert_cmpfloat (fabsf (parameters.bias.value[0] -
                            golden_values (golden, golden_case->name, N_STEPS, "bias")[0]),
                     >, 1e-3);

  parameters_clear (&parameters);
}

static void
assert_restore_fails (VggOptimizer *optimizer, VggTensorFile *file, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vgg_optimizer_restore (optimizer, file, &error));
  g_assert_error (error, VGG_ERROR, VGG_ERROR_MISMATCH);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_restore_mismatch (void)
{
  VggShape shape = { 1, { 4 } };
  VggShape other_shape = { 1, { 5 } };
  g_autoptr (VggTensorFile) empty = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) full = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) partial = vgg_tensor_file_new ();
  g_autoptr (VggOptimizer) adam = NULL;
  g_autoptr (VggOptimizer) adamw = NULL;
  g_autoptr (VggOptimizer) kernel_only = NULL;
  g_autoptr (VggOptimizer) other = NULL;
  VggOptimizerSettings settings;
  Parameters parameters, others;

  parameters_init (&parameters, &shape, &shape);
  parameters_init (&others, &other_shape, &shape);

  vgg_optimizer_settings_init (&settings, VGG_OPTIMIZER_ADAM);
  adam = vgg_optimizer_new (&settings, parameters.all, 2);
  kernel_only = vgg_optimizer_new (&settings, parameters.all, 1);
  other = vgg_optimizer_new (&settings, others.all, 2);
  vgg_optimizer_settings_init (&settings, VGG_OPTIMIZER_ADAMW);
  adamw = vgg_optimizer_new (&settings, parameters.all, 2);

  vgg_optimizer_save (adam, full);
  vgg_optimizer_save (kernel_only, partial);

  assert_restore_fails (adam, empty, "no state");
  assert_restore_fails (adamw, full, "“adam”");
  assert_restore_fails (other, full, "optimizer.first_moment.block1_conv1.kernel");
  assert_restore_fails (adam, partial, "optimizer.first_moment.block1_conv1.bias");
  assert_restore_fails (kernel_only, full, "other layers");

  vgg_tensor_file_set_metadata (full, "optimizer.steps", "-1");
  assert_restore_fails (adam, full, "no state");

  parameters_clear (&parameters);
  parameters_clear (&others);
}

/* Frozen parameters and those without a gradient stay, and take no state. */
static void
test_only_trainable (void)
{
  VggShape shape = { 1, { 16 } };
  g_autoptr (VggOptimizer) both = NULL;
  g_autoptr (VggOptimizer) one = NULL;
  g_autoptr (VggOptimizer) none = NULL;
  VggOptimizerSettings settings;
  Parameters parameters;
  float *gradient;

  parameters_init (&parameters, &shape, &shape);
  gradient = parameters.bias.gradient;
  for (guint i = 0; i < 16; i++)
    gradient[i] = parameters.kernel.gradient[i] = 1;

  vgg_optimizer_settings_init (&settings, VGG_OPTIMIZER_ADAM);
  both = vgg_optimizer_new (&settings, parameters.all, 2);
  g_assert_cmpuint (vgg_optimizer_get_bytes (both), ==, 2 * 2 * 16 * sizeof (float));

  parameters.bias.gradient = NULL;
  one = vgg_optimizer_new (&settings, parameters.all, 2);
  g_assert_cmpuint (vgg_optimizer_get_bytes (one), ==, 2 * 16 * sizeof (float));
  vgg_optimizer_step (one, 0.5f);
  g_assert_cmpfloat (parameters.bias.value[15], ==, 0);
  /* Adam's first step is the rate itself, against the gradient's sign. */
  g_assert_cmpfloat_with_epsilon (parameters.kernel.value[15], -0.5f, 1e-6);

  parameters.kernel.trainable = FALSE;
  none = vgg_optimizer_new (&settings, parameters.all, 2);
  g_assert_cmpuint (vgg_optimizer_get_bytes (none), ==, 0);
  vgg_optimizer_step (none, 0.5f);
  g_assert_cmpfloat_with_epsilon (parameters.kernel.value[15], -0.5f, 1e-6);

  parameters.bias.gradient = gradient;
  parameters_clear (&parameters);
}

/* Large enough to be threaded, of a size that no number of threads divides. */
static void
test_threads (void)
{
  VggShape shape = { 1, { 50021 } };
  g_autoptr (VggTensor) expected = NULL;
  guint saved = vgg_threads_get ();

  for (guint n_threads = 1; n_threads <= 3; n_threads++)
    {
      g_autoptr (VggOptimizer) optimizer = NULL;
      VggOptimizerSettings settings;
      Parameters parameters;
      VggRandom random;
      gsize bytes = shape.dimensions[0] * sizeof (float);

      vgg_threads_set (n_threads);
      parameters_init (&parameters, &shape, &shape);
      vgg_random_init (&random, 7);
      for (gsize i = 0; i < shape.dimensions[0]; i++)
        parameters.kernel.gradient[i] = vgg_random_normal (&random);

      vgg_optimizer_settings_init (&settings, VGG_OPTIMIZER_ADAMW);
      optimizer = vgg_optimizer_new (&settings, parameters.all, 2);
      vgg_optimizer_step (optimizer, 0.1f);
      vgg_optimizer_step (optimizer, 0.1f);

      if (expected == NULL)
        {
          expected = vgg_tensor_new (&shape);
          memcpy (expected->data, parameters.kernel.value, bytes);
        }
      g_assert_cmpmem (parameters.kernel.value, bytes, expected->data, bytes);
      for (gsize i = 0; i < shape.dimensions[0]; i++)
        g_assert_cmpfloat (parameters.kernel.value[i], !=, 0);

      parameters_clear (&parameters);
    }

  vgg_threads_set (saved);
}

static void
test_names (void)
{
  static const char *const names[] = { "sgd", "rmsprop", "adagrad", "adam", "adamw" };
  VggOptimizerKind kind = VGG_OPTIMIZER_SGD;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_true (vgg_optimizer_kind_from_string (names[i], &kind));
      g_assert_cmpuint (kind, ==, i);
      g_assert_cmpstr (vgg_optimizer_kind_to_string (kind), ==, names[i]);
    }

  g_assert_false (vgg_optimizer_kind_from_string ("lion", &kind));
  g_assert_cmpuint (kind, ==, VGG_OPTIMIZER_ADAMW);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (golden_cases); i++)
    {
      g_autofree char *golden = g_strconcat ("/optimizer/golden/", golden_cases[i].name, NULL);
      g_autofree char *factors = g_strconcat ("/optimizer/rates/", golden_cases[i].name, NULL);
      g_autofree char *restore = g_strconcat ("/optimizer/restore/", golden_cases[i].name, NULL);

      g_test_add_data_func (golden, &golden_cases[i], test_golden);
      g_test_add_data_func (factors, &golden_cases[i], test_rates);
      g_test_add_data_func (restore, &golden_cases[i], test_restore);
    }
  g_test_add_func ("/optimizer/restore-mismatch", test_restore_mismatch);
  g_test_add_func ("/optimizer/only-trainable", test_only_trainable);
  g_test_add_func ("/optimizer/threads", test_threads);
  g_test_add_func ("/optimizer/names", test_names);

  return g_test_run ();
}
