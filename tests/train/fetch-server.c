/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch-server.h"

#include <libsoup/soup.h>
#include <string.h>

struct _FetchServer
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  guint port;

  GMutex mutex; /* guards what follows */
  GCond ready;
  FetchAnswer answer;
  guint n_requests;
  char *range;     /* owned: header of the last request; NULL: none */
  char *condition; /* owned: its If-Range; NULL: none */
  gsize sent;      /* bytes of the last body, as far as it was to go */
};

/* The body has been written as far as it is to go. */
static void
wrote_chunk (SoupServerMessage *message, gpointer user_data)
{
  g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
}

static void
give (FetchServer *self, SoupServerMessage *message, gsize start)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  const gsize total = g_bytes_get_size (self->answer.bytes);
  gsize length = total - start;

  if (self->answer.tag != NULL)
    soup_message_headers_replace (headers, "ETag", self->answer.tag);
  if (start > 0)
    soup_message_headers_set_content_range (headers, (goffset) start, (goffset) total - 1,
                                            (goffset) total);
  soup_server_message_set_status (message, start > 0 ? 206 : 200, NULL);
  if (self->answer.chunked)
    soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  else
    soup_message_headers_set_content_length (headers, (goffset) length);

  if (self->answer.break_after > 0)
    {
      length = MIN (length, self->answer.break_after);
      if (!self->answer.stalls)
        g_signal_connect (message, "wrote-chunk", G_CALLBACK (wrote_chunk), NULL);
    }
  self->sent = length;
  if (length > 0)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_from_bytes (self->answer.bytes, start, length);

      soup_message_body_append_bytes (body, bytes);
    }
  if (self->answer.break_after == 0)
    soup_message_body_complete (body);
}

/* RFC 9110, 13.1.5 and 14.2. */
static gboolean
wants_rest (FetchServer *self, gsize *start)
{
  guint64 first;

  *start = 0;
  if (self->range == NULL || self->answer.without_ranges ||
      (self->condition != NULL && g_strcmp0 (self->condition, self->answer.tag) != 0))
    return FALSE;
  g_assert_true (g_str_has_prefix (self->range, "bytes="));
  first = g_ascii_strtoull (self->range + strlen ("bytes="), NULL, 10);
  g_assert_cmpuint (first, <, g_bytes_get_size (self->answer.bytes));
  *start = (gsize) first;
  return TRUE;
}

static void
handle (SoupServer *server,
        SoupServerMessage *message,
        const char *path,
        GHashTable *query,
        gpointer user_data)
{
  FetchServer *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  gsize start;
  gboolean rest;

  g_mutex_lock (&self->mutex);
  self->n_requests++;
  g_free (self->range);
  g_free (self->condition);
  self->range = g_strdup (soup_message_headers_get_one (headers, "Range"));
  self->condition = g_strdup (soup_message_headers_get_one (headers, "If-Range"));
  self->sent = 0;
  /* Ranges are answered here, not by the library. */
  soup_message_headers_remove (headers, "Range");

  rest = wants_rest (self, &start);
  if (self->answer.n_redirects > 0)
    {
      self->answer.n_redirects--;
      soup_server_message_set_status (message, 302, NULL);
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                    self->answer.location);
    }
  else if (self->answer.status != 0)
    soup_server_message_set_status (message, self->answer.status, NULL);
  else if (rest && self->answer.range_status != 0)
    soup_server_message_set_status (message, self->answer.range_status, NULL);
  else
    give (self, message, start);
  g_mutex_unlock (&self->mutex);
}

static gpointer
run (gpointer data)
{
  FetchServer *self = data;
  g_autoptr (SoupServer) server = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_main_context_push_thread_default (self->context);
  server = soup_server_new (NULL, NULL);
  soup_server_add_handler (server, NULL, handle, self, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  g_mutex_lock (&self->mutex);
  self->port = (guint) g_uri_get_port (uris->data);
  g_cond_signal (&self->ready);
  g_mutex_unlock (&self->mutex);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  g_main_loop_run (self->loop);
  soup_server_disconnect (server);
  g_clear_object (&server);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* It listens when this returns. */
FetchServer *
fetch_server_new (void)
{
  FetchServer *self = g_new0 (FetchServer, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->ready);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("server", run, self);
  g_mutex_lock (&self->mutex);
  while (self->port == 0)
    g_cond_wait (&self->ready, &self->mutex);
  g_mutex_unlock (&self->mutex);
  return self;
}

void
fetch_server_free (FetchServer *self)
{
  g_main_context_invoke (self->context, quit, self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->ready);
  g_free (self->range);
  g_free (self->condition);
  g_free (self);
}

void
fetch_server_set (FetchServer *self, FetchAnswer answer)
{
  g_mutex_lock (&self->mutex);
  self->answer = answer;
  g_mutex_unlock (&self->mutex);
}

FetchAnswer
fetch_server_get (FetchServer *self)
{
  FetchAnswer answer;

  g_mutex_lock (&self->mutex);
  answer = self->answer;
  g_mutex_unlock (&self->mutex);
  return answer;
}

char *
fetch_server_dup_address (FetchServer *self, const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", self->port, path);
}

/* Requests so far. */
guint
fetch_server_count (FetchServer *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_requests;
  g_mutex_unlock (&self->mutex);
  return n;
}

/* Bytes of the last body. */
gsize
fetch_server_get_sent (FetchServer *self)
{
  gsize sent;

  g_mutex_lock (&self->mutex);
  sent = self->sent;
  g_mutex_unlock (&self->mutex);
  return sent;
}

char *
fetch_server_dup_range (FetchServer *self)
{
  char *range;

  g_mutex_lock (&self->mutex);
  range = g_strdup (self->range);
  g_mutex_unlock (&self->mutex);
  return range;
}

char *
fetch_server_dup_condition (FetchServer *self)
{
  char *condition;

  g_mutex_lock (&self->mutex);
  condition = g_strdup (self->condition);
  g_mutex_unlock (&self->mutex);
  return condition;
}
