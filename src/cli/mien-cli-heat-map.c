/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "cli/mien-cli-progress.h"
#include "data/mien-json.h"
#include "data/mien-picture.h"
#include "data/mien-png.h"
#include "engine/vgg-atomic-file.h"
#include "train/mien-bundled.h"
#include "train/mien-heat-map.h"
#include "train/mien-prediction.h"

/* The longer side of what is written, at least: pictures of 48 pixels would be hard to see. */
#define MINIMUM_SIZE 256

#define OPACITY 0.5

typedef struct
{
  char *output;     /* file name */
  char *class_name; /* NULL: the predicted class */
  char *opacity;
  gboolean json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->output);
  g_free (self->class_name);
  g_free (self->opacity);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* Enlarged by a whole factor, so that all pixels stay of one size. */
static GdkPixbuf *
enlarge (GdkPixbuf *picture)
{
  const int width = gdk_pixbuf_get_width (picture);
  const int height = gdk_pixbuf_get_height (picture);
  const int side = MAX (width, height);
  const int factor = (MINIMUM_SIZE + side - 1) / side;

  return gdk_pixbuf_scale_simple (picture, factor * width, factor * height, GDK_INTERP_NEAREST);
}

static gboolean
write_png (GdkPixbuf *picture, const char *path, GError **error)
{
  g_autoptr (GBytes) png = mien_png_encode (picture, error);
  g_autoptr (VggAtomicFile) file = NULL;
  gconstpointer data;
  gsize length;

  if (png == NULL)
    return FALSE;

  data = g_bytes_get_data (png, &length);
  file = vgg_atomic_file_open (path, error);
  return file != NULL && vgg_atomic_file_write (file, data, length, error) &&
         vgg_atomic_file_commit (file, error);
}

/* Returns -1 where there is no class of that name. */
static int
find_class (MienModel *model, const char *name)
{
  const char *const *classes = mien_model_get_classes (model, NULL);

  for (int i = 0; classes[i] != NULL; i++)
    if (g_str_equal (classes[i], name))
      return i;

  return -1;
}

static gboolean
is_png (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  return g_str_has_suffix (lower, ".png");
}

/* One picture is shown as it is, the mean of several as large as the network sees it. */
static gboolean
look (MienModel *model,
      GPtrArray *paths,
      int class_index,
      GCancellable *cancellable,
      MienHeatMap **map,
      GdkPixbuf **picture,
      GError **error)
{
  MienCliProgress progress;
  gboolean success;

  if (paths->len == 1)
    {
      *picture = mien_picture_decode (g_ptr_array_index (paths, 0), MIEN_PICTURE_MAX_PIXELS, error);
      return *picture != NULL && mien_heat_map (model, *picture, class_index, map, error);
    }

  mien_cli_progress_init (&progress);
  g_ptr_array_add (paths, NULL);
  success = mien_heat_map_mean (model, (const char *const *) paths->pdata, (guint) class_index,
                                mien_cli_progress_report, &progress, cancellable, map, picture,
                                error);
  g_ptr_array_set_size (paths, (int) paths->len - 1);
  mien_cli_progress_clear (&progress);
  return success;
}

static JsonNode *
to_json (const MienHeatMap *map, const char *class_name, guint n_pictures, const char *output)
{
  g_autofree char *path = mien_json_path_to_string (output);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "output");
  json_builder_add_string_value (builder, path);
  json_builder_set_member_name (builder, "class");
  json_builder_add_string_value (builder, class_name);
  json_builder_set_member_name (builder, "pictures");
  json_builder_add_int_value (builder, n_pictures);
  json_builder_set_member_name (builder, "peak");
  json_builder_add_double_value (builder, map->peak);
  json_builder_set_member_name (builder, "map");
  json_builder_begin_array (builder);
  for (guint y = 0; y < map->height; y++)
    {
      json_builder_begin_array (builder);
      for (guint x = 0; x < map->width; x++)
        json_builder_add_double_value (builder, map->values[(gsize) y * map->width + x]);
      json_builder_end_array (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  return json_builder_get_root (builder);
}

static void
print (const Options *options, const MienHeatMap *map, MienModel *model, guint n_pictures)
{
  const char *class_name = mien_model_get_classes (model, NULL)[map->class_index];
  g_autofree char *path = mien_cli_display_path (options->output);

  if (map->peak == 0)
    g_printerr (_ ("mien-cli: nothing speaks for “%s”: the map is dark everywhere\n"), class_name);

  if (options->json)
    {
      g_autoptr (JsonNode) node = to_json (map, class_name, n_pictures, options->output);

      mien_cli_print_json (node);
    }
  else
    {
      /* TRANSLATORS: a file, a class */
      g_print (_ ("%s: where the network looks for %s\n"), path, class_name);
    }
}

/**
 * mien_cli_heat_map:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli heatmap`: where a model looks in a picture, or on average in many.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_heat_map (const MienCliCommand *self, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("Where to write the picture; needed"), "OUT.png" },
    { "class", 0, 0, G_OPTION_ARG_STRING, &options.class_name,
      N_ ("What to look for; otherwise the class that the model predicts"), "NAME" },
    { "opacity", 0, 0, G_OPTION_ARG_STRING, &options.opacity,
      N_ ("Of the map over the picture, 0 to 1; 0.5 unless given"), "NUMBER" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autofree char *path = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (MienHeatMap) map = NULL;
  g_autoptr (GdkPixbuf) picture = NULL;
  g_autoptr (GdkPixbuf) large = NULL;
  g_autoptr (GdkPixbuf) overlay = NULL;
  g_autoptr (GError) error = NULL;
  double opacity = OPACITY;
  int class_index = -1;

  if (!mien_cli_parse (self, argv, entries, 2, G_MAXUINT, &arguments))
    return MIEN_CLI_USAGE;
  if (options.output == NULL)
    return mien_cli_usage_error (self, _ ("where to write the picture? Add -o OUT.png"));
  if (!is_png (options.output))
    return mien_cli_usage_error (self, _ ("the picture is a PNG file: -o needs a name in .png"));
  if (!mien_cli_override_number ("--opacity", options.opacity, &opacity, &error))
    return mien_cli_usage_error (self, "%s", error->message);
  if (opacity < 0 || opacity > 1)
    return mien_cli_usage_error (self, _ ("--opacity is 0 to 1, not %s"), options.opacity);

  interrupt = mien_cli_interrupt_new ();
  path = mien_bundled_resolve (arguments[0]);
  model = mien_model_load (path, &error);
  if (model == NULL)
    return mien_cli_fail (error);

  if (options.class_name != NULL)
    {
      class_index = find_class (model, options.class_name);
      if (class_index < 0)
        {
          g_autofree char *known = g_strjoinv (", ",
                                               (char **) mien_model_get_classes (model, NULL));

          return mien_cli_usage_error (self, _ ("the model has no class “%s”; it has %s"),
                                       options.class_name, known);
        }
    }

  paths = mien_prediction_list_paths ((const char *const *) arguments + 1,
                                      mien_cli_interrupt_get_cancellable (interrupt), &error);
  if (paths == NULL)
    return mien_cli_fail (error);
  if (paths->len == 0)
    return mien_cli_usage_error (self, _ ("there is no picture in what was given"));
  if (paths->len > 1 && class_index < 0)
    return mien_cli_usage_error (
      self, _ ("the mean of several pictures is made for one class; add --class NAME"));

  if (!look (model, paths, class_index, mien_cli_interrupt_get_cancellable (interrupt), &map,
             &picture, &error))
    return mien_cli_fail (error);

  large = enlarge (picture);
  overlay = mien_heat_map_overlay (map, large, opacity);
  if (!write_png (overlay, options.output, &error))
    return mien_cli_fail (error);

  print (&options, map, model, paths->len);
  return MIEN_CLI_DONE;
}
