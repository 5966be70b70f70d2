/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-heat-map.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/mien-input.h"
#include "data/mien-picture.h"
#include "train/mien-prediction.h"

/* Nine colours of "inferno", which Nathaniel Smith and Stéfan van der Walt drew for Matplotlib
 * (CC0): dark to light in even steps, so that the map can be read without telling colours apart. */
static const guint8 inferno[][3] = {
  { 0, 0, 4 },     { 31, 12, 72 },   { 85, 15, 109 },  { 136, 34, 106 },  { 186, 54, 85 },
  { 227, 89, 51 }, { 249, 140, 10 }, { 249, 201, 50 }, { 252, 255, 164 },
};

/**
 * mien_heat_map_free:
 * @self: (transfer full) (nullable): a heat map
 */
void
mien_heat_map_free (MienHeatMap *self)
{
  if (self == NULL)
    return;
  g_free (self->values);
  g_free (self);
}

static MienHeatMap *
heat_map_new (const VggShape *shape, guint class_index)
{
  MienHeatMap *self = g_new0 (MienHeatMap, 1);

  self->height = shape->dimensions[1];
  self->width = shape->dimensions[2];
  self->values = g_new0 (float, (gsize) self->width * self->height);
  self->class_index = class_index;
  return self;
}

static void
scale_to_one (MienHeatMap *self)
{
  const gsize n = (gsize) self->width * self->height;

  self->peak = 0;
  for (gsize i = 0; i < n; i++)
    self->peak = MAX (self->peak, self->values[i]);
  for (gsize i = 0; i < n && self->peak > 0; i++)
    self->values[i] /= self->peak;
}

/* The gradient's mean weighs each channel; what speaks against the class is left out. */
static void
weigh_maps (MienHeatMap *self, const VggShape *shape, const float *maps, const float *gradient)
{
  const gsize plane = (gsize) self->width * self->height;
  g_autofree double *sums = g_new0 (double, plane);

  for (gsize c = 0; c < shape->dimensions[0]; c++)
    {
      double weight = 0;

      for (gsize i = 0; i < plane; i++)
        weight += gradient[c * plane + i];
      weight /= plane;
      for (gsize i = 0; i < plane; i++)
        sums[i] += weight * maps[c * plane + i];
    }
  for (gsize i = 0; i < plane; i++)
    self->values[i] = MAX (sums[i], 0.0);
}

/* Each picture's map. */
static GPtrArray *
look (MienModel *model, const float *input, guint n, guint class_index, GError **error)
{
  g_autoptr (GPtrArray)
    found = g_ptr_array_new_with_free_func ((GDestroyNotify) mien_heat_map_free);
  g_autofree float *maps = NULL;
  g_autofree float *gradient = NULL;
  VggShape shape;
  gsize length;

  mien_model_get_maps_shape (model, &shape);
  length = vgg_shape_elements (&shape);
  maps = g_new (float, n *length);
  gradient = g_new (float, n *length);
  if (!mien_model_run_maps (model, input, n, class_index, maps, gradient, error))
    return NULL;

  for (guint i = 0; i < n; i++)
    {
      MienHeatMap *one = heat_map_new (&shape, class_index);

      weigh_maps (one, &shape, maps + i * length, gradient + i * length);
      scale_to_one (one);
      g_ptr_array_add (found, one);
    }

  return g_steal_pointer (&found);
}

/**
 * mien_heat_map:
 * @model: a model
 * @picture: a decoded picture, of any size and kind
 * @class_index: of the model's classes; -1: the one that it predicts
 * @map: (out): where it looked for that class
 * @error: return location; `VGG_ERROR_MEMORY`
 *
 * Weighs the maps of the last convolution, after its batch normalisation and ReLU, by the means of
 * the gradients of the class' logit, and keeps what is above 0: Grad-CAM (Selvaraju et al.,
 * "Grad-CAM: visual explanations from deep networks via gradient-based localization", 2017,
 * equations 1 and 2). The network is as it is outside training: running statistics, no dropout. The
 * picture is looked at as it is, whatever views the model averages over; these decide what it
 * predicts. The map covers the whole picture, however coarse it is: a side is a sixteenth of the
 * network input's.
 *
 * Returns: %TRUE if there is a map
 */
gboolean
mien_heat_map (MienModel *model,
               GdkPixbuf *picture,
               int class_index,
               MienHeatMap **map,
               GError **error)
{
  g_autoptr (GdkPixbuf) normal = mien_picture_normalize (picture);
  g_autoptr (GPtrArray) found = NULL;
  g_autofree float *input = NULL;
  guint width, height;

  if (class_index < 0)
    {
      g_autoptr (MienPrediction)
        prediction = mien_predict_picture (model, mien_model_get_views (model), normal, error);

      if (prediction == NULL)
        return FALSE;
      class_index = (int) prediction->predicted;
    }

  mien_model_get_input_size (model, &width, &height);
  input = g_new (float, (gsize) 3 * width * height);
  mien_input_from_picture (normal, NULL, mien_model_get_preprocessing (model), input, width,
                           height);
  found = look (model, input, 1, (guint) class_index, error);
  if (found == NULL)
    return FALSE;

  *map = g_ptr_array_steal_index (found, 0);
  return TRUE;
}

/* The sums over some pictures. */
typedef struct
{
  MienModel *model; /* borrowed */
  guint width;      /* of the network input */
  guint height;
  gsize length;   /* floats of one */
  double *pixels; /* (length) */
  MienHeatMap *map;
  guint n;
} Mean;

static void
mean_init (Mean *self, MienModel *model, guint class_index)
{
  VggShape shape;

  *self = (Mean){ .model = model };
  mien_model_get_input_size (model, &self->width, &self->height);
  mien_model_get_maps_shape (model, &shape);
  self->length = (gsize) 3 * self->width * self->height;
  self->pixels = g_new0 (double, self->length);
  self->map = heat_map_new (&shape, class_index);
}

static void
mean_clear (Mean *self)
{
  g_free (self->pixels);
  mien_heat_map_free (self->map);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Mean, mean_clear)

/* Returns how many of the files gave an input; `unread` says why the last of the others did not. */
static guint
read_inputs (const Mean *self, const char *const *paths, guint n, float *input, GError **unread)
{
  guint count = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GdkPixbuf) decoded = NULL;

      g_clear_error (unread);
      decoded = mien_picture_decode_at_least (paths[i], MIEN_PICTURE_MAX_PIXELS, self->width,
                                              self->height, unread);
      if (decoded != NULL)
        mien_input_from_picture (decoded, NULL, mien_model_get_preprocessing (self->model),
                                 input + count++ * self->length, self->width, self->height);
    }

  return count;
}

static gboolean
mean_add (Mean *self, const float *input, guint n, GError **error)
{
  const gsize n_values = (gsize) self->map->width * self->map->height;
  g_autoptr (GPtrArray) found = look (self->model, input, n, self->map->class_index, error);

  if (found == NULL)
    return FALSE;

  for (guint k = 0; k < n; k++)
    {
      const MienHeatMap *one = g_ptr_array_index (found, k);

      for (gsize i = 0; i < n_values; i++)
        self->map->values[i] += one->values[i];
      for (gsize i = 0; i < self->length; i++)
        self->pixels[i] += input[k * self->length + i];
    }
  self->n += n;
  return TRUE;
}

/* From the darkest value to the lightest: many pictures level out to nearly one grey. */
static void
stretch_contrast (GdkPixbuf *picture)
{
  const gsize stride = gdk_pixbuf_get_rowstride (picture);
  const int width = gdk_pixbuf_get_width (picture);
  const int height = gdk_pixbuf_get_height (picture);
  guint8 *pixels = gdk_pixbuf_get_pixels (picture);
  guint8 least = 255, most = 0;

  for (int y = 0; y < height; y++)
    for (int i = 0; i < 3 * width; i++)
      {
        least = MIN (least, pixels[y * stride + i]);
        most = MAX (most, pixels[y * stride + i]);
      }

  for (int y = 0; y < height && most > least; y++)
    for (int i = 0; i < 3 * width; i++)
      pixels[y * stride + i] = (guint8) lround (255.0 * (pixels[y * stride + i] - least) /
                                                (most - least));
}

static void
mean_finish (Mean *self, MienHeatMap **map, GdkPixbuf **picture)
{
  g_autofree float *input = g_new (float, self->length);

  for (gsize i = 0; i < (gsize) self->map->width * self->map->height; i++)
    self->map->values[i] /= self->n;
  scale_to_one (self->map);
  *map = g_steal_pointer (&self->map);

  for (gsize i = 0; i < self->length; i++)
    input[i] = self->pixels[i] / self->n;
  *picture = mien_input_to_picture (input, mien_model_get_preprocessing (self->model), self->width,
                                    self->height);
  stretch_contrast (*picture);
}

/**
 * mien_heat_map_mean:
 * @model: a model
 * @paths: (array zero-terminated=1) (element-type filename): picture files, at least one
 * @class_index: of the model's classes
 * @progress: (nullable): told about the pictures, on this thread
 * @user_data: for @progress
 * @cancellable: (nullable): ends it within a batch with `G_IO_ERROR_CANCELLED`
 * @map: (out): the mean of the pictures' heat maps
 * @picture: (out): the mean of the pictures, of the network input's size, its contrast stretched to
 *   the full range
 * @error: return location; a file's error if none of them can be read
 *
 * Tells where a network looks in many pictures: each one's map of mien_heat_map() counts the same,
 * and the mean is scaled to 1 again. Its peak is the mean's before that: 1 if the network looked
 * at the same place in all of them. Files that cannot be read are left out.
 *
 * Returns: %TRUE if there is a map
 */
gboolean
mien_heat_map_mean (MienModel *model,
                    const char *const *paths,
                    guint class_index,
                    MienProgressFunc progress,
                    gpointer user_data,
                    GCancellable *cancellable,
                    MienHeatMap **map,
                    GdkPixbuf **picture,
                    GError **error)
{
  const guint batch = mien_model_get_batch (model, MIEN_VIEWS_SINGLE);
  MienProgress now = { .phase = _ ("Looking"), .total = g_strv_length ((char **) paths) };
  g_autoptr (GError) unread = NULL;
  g_autofree float *input = NULL;
  g_auto (Mean) mean;

  mean_init (&mean, model, class_index);
  input = g_new (float, batch *mean.length);
  while (now.done < now.total)
    {
      const guint n = (guint) MIN (batch, now.total - now.done);
      guint count;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;

      count = read_inputs (&mean, paths + now.done, n, input, &unread);
      if (count > 0 && !mean_add (&mean, input, count, error))
        return FALSE;

      now.done += n;
      if (progress != NULL)
        progress (&now, user_data);
    }

  if (mean.n == 0)
    {
      g_propagate_error (error, g_steal_pointer (&unread));
      return FALSE;
    }

  mean_finish (&mean, map, picture);
  return TRUE;
}

/* Where a pixel's centre lies between two values' centres. */
static void
place (guint pixel, guint n_pixels, guint n_values, guint *first, guint *second, double *share)
{
  const double at = CLAMP ((pixel + 0.5) * n_values / n_pixels - 0.5, 0.0, n_values - 1.0);

  *first = (guint) at;
  *second = MIN (*first + 1, n_values - 1);
  *share = at - *first;
}

static double
get_value (const MienHeatMap *self, guint x, guint y, guint width, guint height)
{
  guint left, right, top, bottom;
  double across, down;
  const float *upper, *lower;

  place (x, width, self->width, &left, &right, &across);
  place (y, height, self->height, &top, &bottom, &down);
  upper = self->values + (gsize) top * self->width;
  lower = self->values + (gsize) bottom * self->width;

  return (1 - down) * ((1 - across) * upper[left] + across * upper[right]) +
         down * ((1 - across) * lower[left] + across * lower[right]);
}

static void
get_colour (double value, guint8 rgb[3])
{
  const double at = value * (G_N_ELEMENTS (inferno) - 1);
  const guint i = MIN ((guint) at, (guint) G_N_ELEMENTS (inferno) - 2);

  for (guint c = 0; c < 3; c++)
    rgb[c] = (guint8) lround (inferno[i][c] + (at - i) * (inferno[i + 1][c] - inferno[i][c]));
}

/**
 * mien_heat_map_render:
 * @self: a heat map
 * @width: pixels, at least 1
 * @height: pixels, at least 1
 *
 * Paints the map alone, from near black, 0, over violet and orange to pale yellow, 1. Values
 * between those of the map are interpolated, bilinearly.
 *
 * Returns: (transfer full): an RGB picture
 */
GdkPixbuf *
mien_heat_map_render (const MienHeatMap *self, guint width, guint height)
{
  GdkPixbuf *painted = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) width, (int) height);
  const gsize stride = gdk_pixbuf_get_rowstride (painted);
  guint8 *pixels = gdk_pixbuf_get_pixels (painted);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      get_colour (get_value (self, x, y, width, height), pixels + y * stride + 3 * x);

  return painted;
}

/**
 * mien_heat_map_overlay:
 * @self: a heat map
 * @picture: the picture that it is of
 * @opacity: 0: the picture alone; 1: the map alone
 *
 * Lays the map of mien_heat_map_render() over a picture.
 *
 * Returns: (transfer full): an RGB picture of the same size
 */
GdkPixbuf *
mien_heat_map_overlay (const MienHeatMap *self, GdkPixbuf *picture, double opacity)
{
  g_autoptr (GdkPixbuf) normal = mien_picture_normalize (picture);
  const guint width = gdk_pixbuf_get_width (normal);
  const guint height = gdk_pixbuf_get_height (normal);
  GdkPixbuf *painted = mien_heat_map_render (self, width, height);
  const guint8 *below = gdk_pixbuf_read_pixels (normal);
  guint8 *above = gdk_pixbuf_get_pixels (painted);

  for (guint y = 0; y < height; y++)
    for (guint i = 0; i < 3 * width; i++)
      {
        guint8 *out = above + (gsize) y * gdk_pixbuf_get_rowstride (painted) + i;
        const guint8 in = below[(gsize) y * gdk_pixbuf_get_rowstride (normal) + i];

        *out = (guint8) lround (in + opacity * (*out - in));
      }

  return painted;
}
