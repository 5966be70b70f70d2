/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mien-application.h"

#include <glib/gi18n-lib.h>

#include "app/mien-help.h"
#include "app/mien-window.h"

struct _MienApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (MienApplication, mien_application, ADW_TYPE_APPLICATION)

static MienWindow *
get_window (MienApplication *self)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL;
       link = link->next)
    if (MIEN_IS_WINDOW (link->data))
      return link->data;

  return mien_window_new (GTK_APPLICATION (self));
}

static void
mien_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (MIEN_APPLICATION (application))));
}

static void
mien_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  MienWindow *window = get_window (MIEN_APPLICATION (application));

  for (int i = 0; i < n_files; i++)
    mien_window_open (window, files[i]);
  gtk_window_present (GTK_WINDOW (window));
}

static void
show_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (
    gtk_application_get_active_window (GTK_APPLICATION (user_data)), "application-name", _ ("Mien"),
    "application-icon", MIEN_APP_ID, "version", MIEN_VERSION, "comments",
    _ ("Trains a picture classifier on your own pictures, on your "
       "own computer. Nothing leaves it."),
    "developer-name", _ ("The Mien contributors"), "license-type", GTK_LICENSE_GPL_3_0, NULL);
}

static void
show_help (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mien_help_present (gtk_application_get_active_window (GTK_APPLICATION (user_data)));
}

/* Each window asks for itself when a training runs. */
static void
quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GList) windows = NULL;

  windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));
  for (GList *link = windows; link != NULL; link = link->next)
    if (MIEN_IS_WINDOW (link->data))
      gtk_window_close (link->data);
}

static const GActionEntry actions[] = {
  { "about", show_about },
  { "help", show_help },
  { "quit", quit },
};

static const struct
{
  const char *action;
  const char *accelerator;
} accelerators[] = {
  { "app.help", "F1" },
  { "app.quit", "<Control>q" },
  { "win.open-folder", "<Control>o" },
  { "win.train", "<Control>r" },
  { "win.save-model", "<Control>s" },
  { "win.export", "<Control>e" },
  { "win.view::dataset", "<Alt>1" },
  { "win.view::training", "<Alt>2" },
  { "win.view::evaluation", "<Alt>3" },
  { "win.view::prediction", "<Alt>4" },
  { "window.close", "<Control>w" },
};

static void
mien_application_startup (GApplication *application)
{
  G_APPLICATION_CLASS (mien_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (
      GTK_APPLICATION (application), accelerators[i].action,
      (const char *const[]){ accelerators[i].accelerator, NULL });
}

static int
mien_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("mien %s\n", MIEN_VERSION);
      return 0;
    }

  return -1;
}

static void
mien_application_class_init (MienApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = mien_application_startup;
  application_class->activate = mien_application_activate;
  application_class->open = mien_application_open;
  application_class->handle_local_options = mien_application_handle_local_options;
}

static void
mien_application_init (MienApplication *self)
{
  g_application_add_main_option (G_APPLICATION (self), "version", 0, 0, G_OPTION_ARG_NONE,
                                 _ ("Print the version and exit"), NULL);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[FOLDER|MODEL]"));
}

/**
 * mien_application_new:
 *
 * Returns: (transfer full): the application, whose resources lie under its own path
 */
MienApplication *
mien_application_new (void)
{
  return g_object_new (MIEN_TYPE_APPLICATION, "application-id", MIEN_APP_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/io/github/mien/Mien",
                       NULL);
}
