/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Heat maps against PyTorch's (tests/golden/make-network-golden.py wrote the file), and against
 * what follows from a network that only tells colours apart. */

#include <math.h>

#include "golden-fixture.h"
#include "train-fixture.h"
#include "train/mien-heat-map.h"

#define SIZE 64
#define N_CLASSES 3

typedef struct
{
  const char *name; /* in the file */
  gboolean batch_norm;
  VggHead head;
} Case;

static const Case cases[] = {
  { "reference", FALSE, VGG_HEAD_REFERENCE },
  { "reference-bn", TRUE, VGG_HEAD_REFERENCE },
  { "light", FALSE, VGG_HEAD_LIGHT },
  { "light-bn", TRUE, VGG_HEAD_LIGHT },
};

/* The script's picture. */
static GdkPixbuf *
make_picture (void)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, SIZE, SIZE);

  for (guint y = 0; y < SIZE; y++)
    for (guint x = 0; x < SIZE; x++)
      {
        guint8 *pixel = gdk_pixbuf_get_pixels (picture) + y * gdk_pixbuf_get_rowstride (picture) +
                        3 * x;

        pixel[0] = x * 29 + y * 7;
        pixel[1] = x * y * 3;
        pixel[2] = (x ^ (2 * y)) * 11;
      }

  return picture;
}

static void
fill_statistics (VggNetwork *network)
{
  guint n, seed = 101;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n);

  for (guint i = 0; i < n; i++)
    if (parameters[i]->statistic)
      golden_fixture_fill (parameters[i]->value, vgg_shape_elements (&parameters[i]->shape), seed++,
                           0.5, g_str_has_suffix (parameters[i]->name, "variance"));
}

/* With dropout, which must not matter, and with views that must not either. */
static MienModel *
make_model (const Case *golden)
{
  static const char *const classes[] = { "a", "b", "c", NULL };
  const VggArchitecture architecture = {
    11, golden->batch_norm, 1, SIZE, SIZE, golden->head, N_CLASSES, 0.5f, 0.01f,
  };
  g_autoptr (GError) error = NULL;
  VggNetwork *network = vgg_network_new (&architecture, &error);
  MienPreprocessing preprocessing;
  MienModel *model;

  g_assert_no_error (error);
  golden_fixture_fill_parameters (network);
  fill_statistics (network);
  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_UNIT);
  model = mien_model_new (network, classes, &preprocessing, NULL, NULL);
  mien_model_set_views (model, MIEN_VIEWS_FLIP);
  return model;
}

static const float *
get_expected (VggTensorFile *file, const Case *golden, guint c, const char *what, gsize n)
{
  g_autofree char *key = g_strdup_printf ("%s/%u/%s", golden->name, c, what);
  const VggTensor *tensor = vgg_tensor_file_get (file, key);

  g_assert_nonnull (tensor);
  g_assert_cmpuint (vgg_shape_elements (&tensor->shape), ==, n);
  return tensor->data;
}

static void
test_golden (gconstpointer data)
{
  const Case *golden = data;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", "heat-map.safetensors",
                                                 NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VggTensorFile) file = vgg_tensor_file_load (path, &error);
  g_autoptr (MienModel) model = make_model (golden);
  g_autoptr (GdkPixbuf) picture = make_picture ();

  g_assert_no_error (error);
  for (guint c = 0; c < N_CLASSES; c++)
    {
      const float *expected = get_expected (file, golden, c, "map", 16);
      const float *peak = get_expected (file, golden, c, "peak", 1);
      g_autoptr (MienHeatMap) map = NULL;

      g_assert_true (mien_heat_map (model, picture, c, &map, &error));
      g_assert_cmpuint (map->class_index, ==, c);
      g_assert_cmpuint (map->width, ==, 4);
      g_assert_cmpuint (map->height, ==, 4);
      g_assert_cmpfloat (fabs (map->peak - *peak), <=, 1e-4 * *peak);
      for (guint i = 0; i < 16; i++)
        g_assert_cmpfloat_with_epsilon (map->values[i], expected[i], 2e-4);
    }
}

static GdkPixbuf *
make_halves (guint32 left, guint32 right)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 64, 64);
  g_autoptr (GdkPixbuf) half = gdk_pixbuf_new_subpixbuf (picture, 0, 0, 32, 64);

  gdk_pixbuf_fill (picture, right);
  gdk_pixbuf_fill (half, left);
  return picture;
}

/* The last maps of the colour model are the picture's colours, two by two. */
static void
test_colours (void)
{
  g_autoptr (MienModel) model = train_fixture_colour_model (2);
  g_autoptr (GdkPixbuf) picture = make_halves (0xff0000ff, 0x0000c0ff);
  g_autoptr (GError) error = NULL;
  g_autoptr (MienHeatMap) predicted = NULL;
  g_autoptr (MienHeatMap) blue = NULL;
  g_autoptr (MienHeatMap) green = NULL;

  g_assert_true (mien_heat_map (model, picture, -1, &predicted, &error));
  g_assert_true (mien_heat_map (model, picture, BLUE, &blue, &error));
  g_assert_true (mien_heat_map (model, picture, GREEN, &green, &error));
  g_assert_cmpuint (predicted->class_index, ==, RED);
  for (guint y = 0; y < 2; y++)
    {
      g_assert_cmpfloat (predicted->values[2 * y], >, 0.99);
      g_assert_cmpfloat (predicted->values[2 * y + 1], <, 0.1);
      g_assert_cmpfloat (blue->values[2 * y], <, 0.1);
      g_assert_cmpfloat (blue->values[2 * y + 1], >, 0.99);
      g_assert_cmpfloat (green->values[2 * y], ==, 0);
      g_assert_cmpfloat (green->values[2 * y + 1], ==, 0);
    }
  g_assert_cmpfloat (green->peak, ==, 0);
}

/* Answers stay what they are whether a map was asked for in between or not. */
static void
test_answers (void)
{
  g_autoptr (MienModel) model = make_model (&cases[3]);
  g_autofree float *input = g_new (float, 2 * 3 * SIZE * SIZE);
  g_autoptr (GdkPixbuf) picture = make_picture ();
  g_autoptr (MienHeatMap) map = NULL;
  g_autoptr (GError) error = NULL;
  float before[N_CLASSES], after[N_CLASSES];

  mien_views_from_picture (MIEN_VIEWS_FLIP, picture, mien_model_get_preprocessing (model), input,
                           SIZE, SIZE);
  g_assert_true (mien_model_run (model, mien_model_get_views (model), input, 1, before, &error));
  g_assert_true (mien_heat_map (model, picture, 0, &map, &error));
  g_assert_true (mien_model_run (model, mien_model_get_views (model), input, 1, after, &error));
  for (guint c = 0; c < N_CLASSES; c++)
    g_assert_cmpfloat (before[c], ==, after[c]);
}

static char *
save (GdkPixbuf *picture, const char *folder, const char *name)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (gdk_pixbuf_save (picture, path, "png", &error, NULL));
  return path;
}

/* Red to the left in two of three files, to the right in one, and one that is no picture. */
static void
test_mean (void)
{
  g_autoptr (MienModel) model = train_fixture_colour_model (2);
  g_autoptr (GdkPixbuf) left = make_halves (0xff0000ff, 0x000000ff);
  g_autoptr (GdkPixbuf) right = make_halves (0x000000ff, 0xff0000ff);
  char *folder = train_fixture_make_folder ();
  g_autofree char *first = save (left, folder, "1.png");
  g_autofree char *second = save (right, folder, "2.png");
  g_autofree char *third = save (left, folder, "3.png");
  g_autofree char *none = g_build_filename (folder, "none.png", NULL);
  const char *const paths[] = { first, none, second, third, NULL };
  const char *const no_paths[] = { none, NULL };
  g_autoptr (MienHeatMap) map = NULL;
  g_autoptr (GdkPixbuf) mean = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  const guint8 *pixels;

  g_assert_true (mien_heat_map_mean (model, paths, RED, NULL, NULL, NULL, &map, &mean, &error));
  for (guint y = 0; y < 2; y++)
    {
      g_assert_cmpfloat_with_epsilon (map->values[2 * y], 1, 0.01);
      g_assert_cmpfloat_with_epsilon (map->values[2 * y + 1], 0.5, 0.05);
    }
  g_assert_cmpfloat_with_epsilon (map->peak, 2.0 / 3, 0.05);

  g_assert_cmpint (gdk_pixbuf_get_width (mean), ==, 32);
  pixels = gdk_pixbuf_read_pixels (mean) + 16 * gdk_pixbuf_get_rowstride (mean);
  /* Two thirds are the most. */
  g_assert_cmpuint (pixels[3 * 4], ==, 255);
  g_assert_cmpuint (pixels[3 * 4 + 1], ==, 0);
  g_assert_cmpuint (pixels[3 * 28], ==, 128);

  g_clear_object (&mean);
  g_clear_pointer (&map, mien_heat_map_free);
  g_assert_false (mien_heat_map_mean (model, no_paths, RED, NULL, NULL, NULL, &map, &mean, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  g_cancellable_cancel (cancellable);
  g_assert_false (
    mien_heat_map_mean (model, paths, RED, NULL, NULL, cancellable, &map, &mean, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (map);
  g_assert_null (mean);
  train_fixture_remove_folder (folder);
}

static void
assert_pixel (GdkPixbuf *picture, guint x, guint y, guint red, guint green, guint blue)
{
  const guint8 *pixel = gdk_pixbuf_read_pixels (picture) + y * gdk_pixbuf_get_rowstride (picture) +
                        3 * x;

  g_assert_cmpuint (pixel[0], ==, red);
  g_assert_cmpuint (pixel[1], ==, green);
  g_assert_cmpuint (pixel[2], ==, blue);
}

/* Matplotlib's colours at 0, 1/2 and 1, and the picture below. */
static void
test_overlay (void)
{
  float values[] = { 0, 1 };
  const MienHeatMap map = { .width = 2, .height = 1, .values = values, .peak = 1 };
  g_autoptr (GdkPixbuf) grey = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 5, 3);
  g_autoptr (GdkPixbuf) painted = mien_heat_map_render (&map, 5, 3);
  g_autoptr (GdkPixbuf) none = NULL;
  g_autoptr (GdkPixbuf) half = NULL;

  gdk_pixbuf_fill (grey, 0x64646400 + 0xff);
  none = mien_heat_map_overlay (&map, grey, 0);
  half = mien_heat_map_overlay (&map, grey, 0.5);
  g_assert_cmpint (gdk_pixbuf_get_width (half), ==, 5);
  g_assert_cmpint (gdk_pixbuf_get_height (half), ==, 3);
  for (guint y = 0; y < 3; y++)
    {
      assert_pixel (painted, 0, y, 0, 0, 4);
      assert_pixel (painted, 2, y, 186, 54, 85);
      assert_pixel (painted, 4, y, 252, 255, 164);
      assert_pixel (none, 2, y, 100, 100, 100);
      assert_pixel (half, 0, y, 50, 50, 52);
      assert_pixel (half, 4, y, 176, 178, 132);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/heat-map/golden/", cases[i].name, NULL);

      g_test_add_data_func (name, &cases[i], test_golden);
    }
  g_test_add_func ("/heat-map/colours", test_colours);
  g_test_add_func ("/heat-map/answers", test_answers);
  g_test_add_func ("/heat-map/mean", test_mean);
  g_test_add_func ("/heat-map/overlay", test_overlay);

  return g_test_run ();
}
