/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures-fixture.h"

/* Returns: (transfer full): what tests/golden/make-figures-golden.py wrote */
VggTensorFile *
figures_fixture_load (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", "figures.safetensors",
                                                 NULL);
  g_autoptr (GError) error = NULL;
  VggTensorFile *file = vgg_tensor_file_load (path, &error);

  g_assert_no_error (error);
  return file;
}

/* A tensor of it, of one dimension or two. */
const float *
figures_fixture_get (VggTensorFile *golden, const char *name, guint *n_rows, guint *n_columns)
{
  const VggShape *shape = vgg_tensor_file_get_shape (golden, name);

  g_assert_nonnull (shape);
  if (n_rows != NULL)
    *n_rows = (guint) shape->dimensions[0];
  if (n_columns != NULL)
    *n_columns = (guint) shape->dimensions[1];
  return vgg_tensor_file_get (golden, name)->data;
}
