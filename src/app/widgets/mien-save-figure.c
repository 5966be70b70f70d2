/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-save-figure.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* A chooser that is open, and what it is to save. */
typedef struct
{
  GtkWidget *widget;  /* owned: whose window tells how it went */
  MienFigure *figure; /* owned */
} Choice;

static void
choice_free (Choice *choice)
{
  g_object_unref (choice->widget);
  g_object_unref (choice->figure);
  g_free (choice);
}

static void
tell (GtkWidget *widget, const char *path)
{
  GtkWidget *toasts = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *text = g_strdup_printf (_ ("Saved as %s"), name);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  if (toasts != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), adw_toast_new (markup));
}

static void
tell_error (GtkWidget *widget, const char *message)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                              _ ("Not Saved"), message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
save (Choice *choice, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    tell_error (choice->widget, _ ("Mien works with files and folders on this computer."));
  else if (mien_figure_save (choice->figure, path, &error))
    tell (choice->widget, path);
  else
    tell_error (choice->widget, error->message);
}

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  Choice *choice = user_data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    save (choice, file);
  choice_free (choice);
  g_object_unref (dialog);
}

static void
add_filter (GtkFileChooserNative *dialog)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Pictures (PNG, SVG, PDF)"));
  gtk_file_filter_add_pattern (filter, "*.png");
  gtk_file_filter_add_pattern (filter, "*.svg");
  gtk_file_filter_add_pattern (filter, "*.pdf");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
}

/**
 * mien_save_figure_button_new:
 *
 * Returns: (transfer floating): a small button for the corner of a figure
 */
GtkWidget *
mien_save_figure_button_new (void)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("document-save-symbolic");

  gtk_widget_set_tooltip_text (button, _ ("Save as a Picture…"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Save as a Picture…"), -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "save-figure");
  return button;
}

/**
 * mien_save_figure_ask:
 * @widget: what shows the figure
 * @figure: what to save
 * @name: (nullable): what it is called, for the name of the file
 *
 * Asks where to save the figure as PNG, SVG or PDF, and does so.
 */
void
mien_save_figure_ask (GtkWidget *widget, MienFigure *figure, const char *name)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
    _ ("Save as a Picture"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
    GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  g_autofree char *lower = g_utf8_strdown (name != NULL && *name != '\0' ? name : _ ("figure"), -1);
  g_autofree char *file = g_strconcat (g_strdelimit (lower, "/ ", '-'), ".png", NULL);
  Choice *choice = g_new0 (Choice, 1);

  choice->widget = g_object_ref (widget);
  choice->figure = g_object_ref (figure);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  add_filter (dialog);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), file);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), choice);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
