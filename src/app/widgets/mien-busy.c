/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-busy.h"

#include <glib/gi18n.h>

#include "app/widgets/mien-format.h"

/**
 * mien_busy_show:
 * @page: (nullable): its title becomes the phase, where there is one
 * @bar: shows how much is done, in numbers as well; moves to and fro while nobody knows
 * @progress: of the work that a view waits for
 *
 * Shows how far a view's work is, the same way in every view.
 */
void
mien_busy_show (AdwStatusPage *page, GtkProgressBar *bar, const MienProgress *progress)
{
  g_autofree char *text = NULL;

  if (page != NULL && progress->phase != NULL)
    adw_status_page_set_title (page, progress->phase);

  if (progress->total > 0)
    {
      g_autofree char *done = mien_format_count (progress->done);
      g_autofree char *total = mien_format_count (progress->total);

      gtk_progress_bar_set_fraction (bar, MIN ((double) progress->done / progress->total, 1.0));
      /* TRANSLATORS: pictures done, and all there are to do */
      text = g_strdup_printf (_ ("%s of %s"), done, total);
    }
  else
    {
      gtk_progress_bar_pulse (bar);
    }
  gtk_progress_bar_set_text (bar, text);
}
