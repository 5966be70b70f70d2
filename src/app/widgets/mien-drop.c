/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-drop.h"

static void
append_uri (GListStore *files, const char *string)
{
  g_autofree char *scheme = g_uri_parse_scheme (string);

  if (scheme != NULL)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (string);
      g_list_store_append (files, file);
    }
  else if (g_path_is_absolute (string))
    {
      g_autoptr (GFile) file = g_file_new_for_path (string);
      g_list_store_append (files, file);
    }
}

/**
 * mien_drop_files_from_value:
 * @value: a #GdkFileList, a #GFile, or a text/uri-list as a string
 *
 * Returns: (transfer full) (nullable): a model of #GFile, or %NULL when @value has no file in it
 */
GListModel *
mien_drop_files_from_value (const GValue *value)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      g_autoptr (GSList) list = gdk_file_list_get_files (g_value_get_boxed (value));

      for (GSList *link = list; link != NULL; link = link->next)
        g_list_store_append (files, link->data);
    }
  else if (G_VALUE_HOLDS (value, G_TYPE_FILE))
    {
      if (g_value_get_object (value) != NULL)
        g_list_store_append (files, g_value_get_object (value));
    }
  else if (G_VALUE_HOLDS_STRING (value) && g_value_get_string (value) != NULL)
    {
      g_auto (GStrv) uris = g_uri_list_extract_uris (g_value_get_string (value));

      for (guint i = 0; uris[i] != NULL; i++)
        append_uri (files, uris[i]);
    }

  if (g_list_model_get_n_items (G_LIST_MODEL (files)) == 0)
    return NULL;
  return G_LIST_MODEL (g_steal_pointer (&files));
}

/**
 * mien_drop_take_value:
 * @widget: for @dropped
 * @value: what was dropped or pasted
 * @dropped: what to do with it
 *
 * Returns: whether @value had something in it and @dropped took it
 */
gboolean
mien_drop_take_value (GtkWidget *widget, const GValue *value, MienDropFunc dropped)
{
  g_autoptr (GListModel) files = NULL;

  if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    return g_value_get_object (value) != NULL && dropped (widget, NULL, g_value_get_object (value));

  files = mien_drop_files_from_value (value);
  return files != NULL && dropped (widget, files, NULL);
}

static gboolean
drop (GtkDropTarget *target, const GValue *value, double x, double y, gpointer dropped)
{
  return mien_drop_take_value (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)),
                               value, (MienDropFunc) dropped);
}

/* A picture that is dragged out of this window stays as it is when it falls back into it. */
static gboolean
accept (GtkDropTarget *target, GdkDrop *drop)
{
  GdkContentFormats *formats = gtk_drop_target_get_formats (target);

  return gdk_drop_get_drag (drop) == NULL &&
         gdk_content_formats_match (formats, gdk_drop_get_formats (drop));
}

/**
 * mien_drop_add_target:
 * @widget: where files may be dropped
 * @textures: whether a picture without a file may be, too
 * @dropped: what to do with them
 *
 * Takes lists of files in any of the forms that desktops offer them; GDK makes a #GdkFileList of
 * `text/uri-list`. Who offers the picture itself is a browser, and its address one of the web: the
 * picture goes before it.
 */
void
mien_drop_add_target (GtkWidget *widget, gboolean textures, MienDropFunc dropped)
{
  GType types[] = { GDK_TYPE_TEXTURE, GDK_TYPE_FILE_LIST, G_TYPE_FILE, G_TYPE_STRING };
  const guint first = textures ? 0 : 1;
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_drop_target_set_gtypes (target, types + first, G_N_ELEMENTS (types) - first);
  g_signal_connect (target, "accept", G_CALLBACK (accept), NULL);
  g_signal_connect (target, "drop", G_CALLBACK (drop), (gpointer) dropped);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
  gtk_widget_add_css_class (widget, "drop-area");
}
