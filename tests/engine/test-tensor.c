/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-tensor.h"

#include <stdint.h>
#include <string.h>

static void
test_shape (void)
{
  const guint64 dimensions[] = { 64, 3, 3, 3 };
  VggShape shape, other;
  g_autofree char *string = NULL;

  g_assert_true (vgg_shape_init (&shape, 4, dimensions));
  g_assert_cmpuint (vgg_shape_elements (&shape), ==, 1728);
  string = vgg_shape_to_string (&shape);
  g_assert_cmpstr (string, ==, "(64, 3, 3, 3)");

  g_assert_true (vgg_shape_init (&other, 3, dimensions));
  g_assert_false (vgg_shape_equal (&shape, &other));
  g_assert_true (vgg_shape_init (&other, 4, dimensions));
  g_assert_true (vgg_shape_equal (&shape, &other));
  other.dimensions[2] = 5;
  g_assert_false (vgg_shape_equal (&shape, &other));
}

static void
test_shape_edges (void)
{
  const guint64 empty[] = { 7, 0, 9 };
  const guint64 five[] = { 1, 1, 1, 1, 1 };
  const guint64 huge[] = { G_GUINT64_CONSTANT (1) << 62 };
  const guint64 product[] = { G_GUINT64_CONSTANT (1) << 32, G_GUINT64_CONSTANT (1) << 31 };
  const guint64 wraps[] = { 0, G_MAXUINT64 };
  g_autofree char *scalar = NULL;
  VggShape shape;

  g_assert_true (vgg_shape_init (&shape, 0, NULL));
  g_assert_cmpuint (vgg_shape_elements (&shape), ==, 1);
  scalar = vgg_shape_to_string (&shape);
  g_assert_cmpstr (scalar, ==, "()");

  g_assert_true (vgg_shape_init (&shape, 3, empty));
  g_assert_cmpuint (vgg_shape_elements (&shape), ==, 0);

  g_assert_false (vgg_shape_init (&shape, 5, five));
  g_assert_false (vgg_shape_init (&shape, 1, huge));
  g_assert_false (vgg_shape_init (&shape, 2, product));
  g_assert_false (vgg_shape_init (&shape, 2, wraps));
}

static void
test_floats (void)
{
  for (gsize n = 0; n < 70; n += 3)
    {
      float *floats = vgg_floats_new (n);

      g_assert_nonnull (floats);
      g_assert_cmpuint ((uintptr_t) floats % 64, ==, 0);
      for (gsize i = 0; i < n; i++)
        g_assert_cmpfloat (floats[i], ==, 0.0f);
      memset (floats, 0xff, n * sizeof (float));
      vgg_floats_free (floats);
    }

  vgg_floats_free (NULL);
  g_assert_null (vgg_floats_new (G_MAXSIZE));
  g_assert_null (vgg_floats_new (G_MAXSIZE / sizeof (float)));
}

static void
test_copy (void)
{
  const guint64 dimensions[] = { 2, 3 };
  g_autoptr (VggTensor) tensor = NULL;
  g_autoptr (VggTensor) copy = NULL;
  VggShape shape;

  g_assert_true (vgg_shape_init (&shape, 2, dimensions));
  tensor = vgg_tensor_new (&shape);
  for (guint i = 0; i < 6; i++)
    tensor->data[i] = i;

  copy = vgg_tensor_copy (tensor);
  tensor->data[5] = -1;

  g_assert_true (vgg_shape_equal (&copy->shape, &shape));
  g_assert_cmpfloat (copy->data[4], ==, 4.0f);
  g_assert_cmpfloat (copy->data[5], ==, 5.0f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tensor/shape", test_shape);
  g_test_add_func ("/tensor/shape-edges", test_shape_edges);
  g_test_add_func ("/tensor/floats", test_floats);
  g_test_add_func ("/tensor/copy", test_copy);

  return g_test_run ();
}
