/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the server gives, whatever the path. */
typedef struct
{
  GBytes *bytes;        /* borrowed */
  const char *tag;      /* ETag; NULL: none */
  guint status;         /* in place of all else; 0: what is right */
  const char *location; /* where the first n_redirects requests are sent on to */
  guint n_redirects;
  gsize break_after;       /* ends the connection after so many bytes of a body; 0: not */
  gboolean stalls;         /* there it stays silent instead */
  gboolean without_ranges; /* always all of it */
  guint range_status;      /* for requests of a range; 0: the range */
  gboolean chunked;        /* does not say the length */
} FetchAnswer;

/* An HTTP server on this computer, on a thread of its own. */
typedef struct _FetchServer FetchServer;

FetchServer *fetch_server_new (void);
void fetch_server_free (FetchServer *self);
void fetch_server_set (FetchServer *self, FetchAnswer answer);
FetchAnswer fetch_server_get (FetchServer *self);
char *fetch_server_dup_address (FetchServer *self, const char *path);

guint fetch_server_count (FetchServer *self);
gsize fetch_server_get_sent (FetchServer *self);
char *fetch_server_dup_range (FetchServer *self);
char *fetch_server_dup_condition (FetchServer *self);

G_END_DECLS
