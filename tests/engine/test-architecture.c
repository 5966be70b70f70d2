/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-architecture.h"

#include <math.h>

#include "engine/vgg-error.h"

static const VggArchitecture vgg19 = {
  .depth = 19,
  .width_eighths = 8,
  .input_width = 224,
  .input_height = 224,
  .head = VGG_HEAD_REFERENCE,
  .n_classes = 3,
  .dropout = 0.5f,
  .l2 = 0.01f,
};

static void
test_table (void)
{
  static const guint in_channels[] = {
    3, 64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512,
  };
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];
  VggArchitecture architecture = vgg19;

  g_assert_cmpuint (vgg_architecture_convolutions (&architecture, specs), ==, 16);
  for (guint i = 0; i < 16; i++)
    g_assert_cmpuint (specs[i].in_channels, ==, in_channels[i]);
  g_assert_cmpuint (specs[15].out_channels, ==, 512);
  g_assert_cmpuint (specs[15].block, ==, 5);
  g_assert_cmpuint (specs[15].index, ==, 4);

  architecture.width_eighths = 1;
  g_assert_cmpuint (vgg_architecture_convolutions (&architecture, specs), ==, 16);
  g_assert_cmpuint (specs[0].in_channels, ==, 3);
  g_assert_cmpuint (specs[0].out_channels, ==, 8);
  g_assert_cmpuint (specs[15].out_channels, ==, 64);

  architecture.width_eighths = 3;
  vgg_architecture_convolutions (&architecture, specs);
  for (guint i = 0; i < 16; i++)
    g_assert_cmpuint (specs[i].in_channels, ==, i == 0 ? 3 : in_channels[i] / 8 * 3);
  g_assert_cmpuint (specs[15].out_channels, ==, 192);

  architecture.depth = 11;
  g_assert_cmpuint (vgg_architecture_convolutions (&architecture, specs), ==, 8);
  g_assert_cmpuint (vgg_architecture_convolutions_in_block (&architecture, 1), ==, 1);
  g_assert_cmpuint (vgg_architecture_convolutions_in_block (&architecture, 5), ==, 2);
  architecture.depth = 16;
  g_assert_cmpuint (vgg_architecture_convolutions_in_block (&architecture, 3), ==, 3);
}

/* A network's depth is its convolutions and three dense layers. */
static void
test_depths (void)
{
  static const guint depths[] = { 11, 13, 16, 19 };
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    {
      VggArchitecture architecture = vgg19;

      architecture.depth = depths[i];
      g_assert_cmpuint (vgg_architecture_convolutions (&architecture, specs), ==, depths[i] - 3);
    }
}

static void
assert_refused (const VggArchitecture *architecture)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vgg_architecture_validate (architecture, &error));
  g_assert_error (error, VGG_ERROR, VGG_ERROR_ARCHITECTURE);
}

#define ASSERT_REFUSED(member, value)                                                              \
  do                                                                                               \
    {                                                                                              \
      VggArchitecture refused = vgg19;                                                             \
      refused.member = (value);                                                                    \
      assert_refused (&refused);                                                                   \
    }                                                                                              \
  while (0)

static void
test_validate (void)
{
  VggArchitecture architecture = vgg19;
  g_autoptr (GError) error = NULL;

  g_assert_true (vgg_architecture_validate (&architecture, &error));
  architecture.n_classes = 0;
  architecture.input_width = 32;
  architecture.input_height = 2048;
  architecture.dropout = 0;
  architecture.l2 = 0;
  g_assert_true (vgg_architecture_validate (&architecture, &error));
  g_assert_no_error (error);

  ASSERT_REFUSED (depth, 18);
  ASSERT_REFUSED (width_eighths, 0);
  ASSERT_REFUSED (width_eighths, 9);
  ASSERT_REFUSED (input_width, 31);
  ASSERT_REFUSED (input_height, 2049);
  ASSERT_REFUSED (head, 7);
  ASSERT_REFUSED (head, -1);
  ASSERT_REFUSED (n_classes, 1);
  ASSERT_REFUSED (n_classes, 65536);
  ASSERT_REFUSED (dropout, 1.0f);
  ASSERT_REFUSED (dropout, -0.1f);
  ASSERT_REFUSED (dropout, NAN);
  ASSERT_REFUSED (l2, -1.0f);
  ASSERT_REFUSED (l2, INFINITY);
}

static void
test_name (void)
{
  VggArchitecture architecture = vgg19;
  g_autofree char *plain = vgg_architecture_name (&architecture);
  g_autofree char *compact = NULL;

  g_assert_cmpstr (plain, ==, "vgg19");

  architecture.batch_norm = TRUE;
  architecture.width_eighths = 3;
  compact = vgg_architecture_name (&architecture);
  g_assert_cmpstr (compact, ==, "vgg19-bn-w3/8");
}

static void
test_heads (void)
{
  VggHead head = VGG_HEAD_REFERENCE;

  g_assert_cmpstr (vgg_head_to_string (VGG_HEAD_LIGHT), ==, "light");
  g_assert_true (vgg_head_from_string ("classic", &head));
  g_assert_cmpint (head, ==, VGG_HEAD_CLASSIC);
  g_assert_false (vgg_head_from_string ("heavy", &head));
  g_assert_cmpint (head, ==, VGG_HEAD_CLASSIC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/architecture/table", test_table);
  g_test_add_func ("/architecture/depths", test_depths);
  g_test_add_func ("/architecture/validate", test_validate);
  g_test_add_func ("/architecture/name", test_name);
  g_test_add_func ("/architecture/heads", test_heads);

  return g_test_run ();
}
