/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mien-cli-progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define DEFAULT_COLUMNS 80
#define MIN_COLUMNS 20
#define MAX_COLUMNS 1000
#define ERASE_LINE "\r\033[K"

static guint
count_columns (void)
{
  struct winsize size;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return CLAMP (size.ws_col, MIN_COLUMNS, MAX_COLUMNS);
  return DEFAULT_COLUMNS;
}

/**
 * mien_cli_progress_init:
 * @self: (out caller-allocates): the line
 *
 * Finds out whether standard error is a terminal that a line can be drawn on again.
 */
void
mien_cli_progress_init (MienCliProgress *self)
{
  self->terminal = isatty (STDERR_FILENO) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
  self->shown = FALSE;
}

/**
 * mien_cli_progress_show:
 * @self: the line
 * @title: what is going on, UTF-8
 * @done: how much of it is
 * @total: of how much; 0: not known, no bar
 * @tail: (nullable): more, after the bar
 *
 * Draws the line, cut to the terminal's width.
 */
void
mien_cli_progress_show (MienCliProgress *self,
                        const char *title,
                        guint64 done,
                        guint64 total,
                        const char *tail)
{
  g_autoptr (GString) line = NULL;
  guint columns;

  if (!self->terminal)
    return;

  columns = count_columns ();
  line = g_string_new (title);
  if (total > 0)
    {
      const char *full = g_get_charset (NULL) ? "█" : "#";
      const char *rest = g_get_charset (NULL) ? "░" : "-";
      guint filled = (guint) ((double) MIN (done, total) / total * BAR_WIDTH);

      g_string_append_c (line, ' ');
      for (guint i = 0; i < BAR_WIDTH; i++)
        g_string_append (line, i < filled ? full : rest);
      g_string_append_printf (line, " %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, done, total);
    }
  if (tail != NULL)
    g_string_append_printf (line, "  %s", tail);
  /* The last column stays free: some terminals begin a new line when it is filled. */
  if (g_utf8_strlen (line->str, -1) > (glong) columns - 1)
    g_string_truncate (line, g_utf8_offset_to_pointer (line->str, columns - 1) - line->str);
  g_printerr (ERASE_LINE "%s", line->str);
  self->shown = TRUE;
}

/**
 * mien_cli_progress_clear:
 * @self: the line
 *
 * Takes the line away, for something else to be written.
 */
void
mien_cli_progress_clear (MienCliProgress *self)
{
  if (self->shown)
    g_printerr (ERASE_LINE);
  self->shown = FALSE;
}

/**
 * mien_cli_progress_report:
 * @progress: how far it is
 * @user_data: a #MienCliProgress
 *
 * Draws the line; a #MienProgressFunc.
 */
void
mien_cli_progress_report (const MienProgress *progress, gpointer user_data)
{
  mien_cli_progress_show (user_data, progress->phase, progress->done, progress->total, NULL);
}
