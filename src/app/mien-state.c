/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mien-state.h"

#define DEFAULT_WIDTH 1100
#define DEFAULT_HEIGHT 760

struct _MienState
{
  GObject parent_instance;

  GSettings *settings; /* owned; NULL: the schema is not installed */
};

static const char *const folder_keys[] = { "last-dataset", "last-model-folder",
                                           "last-picture-folder" };

G_DEFINE_FINAL_TYPE (MienState, mien_state, G_TYPE_OBJECT)

static void
mien_state_dispose (GObject *object)
{
  g_clear_object (&MIEN_STATE (object)->settings);

  G_OBJECT_CLASS (mien_state_parent_class)->dispose (object);
}

static void
mien_state_class_init (MienStateClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mien_state_dispose;
}

static void
mien_state_init (MienState *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  /* g_settings_new() ends the program when there is no schema, as when it runs from a copied build
   * folder. */
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, MIEN_APP_ID, TRUE);
  if (schema != NULL)
    self->settings = g_settings_new_full (schema, NULL, NULL);
}

/**
 * mien_state_new:
 *
 * Returns: (transfer full): the state of the last start, or the defaults
 */
MienState *
mien_state_new (void)
{
  return g_object_new (MIEN_TYPE_STATE, NULL);
}

/**
 * mien_state_get_window:
 * @width: (out): pixels
 * @height: (out): pixels
 * @maximized: (out): whether it was maximized
 */
void
mien_state_get_window (MienState *self, int *width, int *height, gboolean *maximized)
{
  g_return_if_fail (MIEN_IS_STATE (self));

  *width = DEFAULT_WIDTH;
  *height = DEFAULT_HEIGHT;
  *maximized = FALSE;
  if (self->settings != NULL)
    {
      g_settings_get (self->settings, "window-size", "(ii)", width, height);
      *maximized = g_settings_get_boolean (self->settings, "window-maximized");
    }
}

/**
 * mien_state_set_window:
 * @width: pixels, of the window when it is not maximized
 * @height: pixels
 * @maximized: whether it is maximized
 */
void
mien_state_set_window (MienState *self, int width, int height, gboolean maximized)
{
  g_return_if_fail (MIEN_IS_STATE (self));

  if (self->settings == NULL)
    return;

  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized", maximized);
}

/**
 * mien_state_dup_view:
 *
 * Returns: (transfer full): the name of the view that was seen last
 */
char *
mien_state_dup_view (MienState *self)
{
  g_return_val_if_fail (MIEN_IS_STATE (self), NULL);

  return self->settings != NULL ? g_settings_get_string (self->settings, "last-view")
                                : g_strdup ("dataset");
}

/**
 * mien_state_set_view:
 * @view: the name of the view that is seen
 */
void
mien_state_set_view (MienState *self, const char *view)
{
  g_return_if_fail (MIEN_IS_STATE (self));

  if (self->settings != NULL)
    g_settings_set_string (self->settings, "last-view", view);
}

/**
 * mien_state_dup_folder:
 * @folder: which one
 *
 * Returns: (transfer full): its URI, or "" when none was used yet
 */
char *
mien_state_dup_folder (MienState *self, MienFolder folder)
{
  g_return_val_if_fail (MIEN_IS_STATE (self), NULL);

  return self->settings != NULL ? g_settings_get_string (self->settings, folder_keys[folder])
                                : g_strdup ("");
}

/**
 * mien_state_set_folder:
 * @folder: which one
 * @uri: its URI
 */
void
mien_state_set_folder (MienState *self, MienFolder folder, const char *uri)
{
  g_return_if_fail (MIEN_IS_STATE (self));

  if (self->settings != NULL)
    g_settings_set_string (self->settings, folder_keys[folder], uri);
}
