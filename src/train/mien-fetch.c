/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-fetch.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>

#include "data/mien-new-folder.h"
#include "train/mien-partial-file.h"
#include "train/mien-train-error.h"

#define MAX_REDIRECTS 5

/* Seconds in which nothing arrives. */
#define TIMEOUT 30

#define PIECE (64 * 1024)
#define REPORT_INTERVAL (G_USEC_PER_SEC / 10)

typedef struct
{
  const MienFetchSource *source;
  const char *path;
  MienPartialFile *part; /* owned */
  SoupSession *session;  /* owned; NULL: nothing is to be requested */
  GCancellable *cancellable;

  MienProgressFunc report;
  gpointer report_data;
  MienProgress progress;
  gint64 reported;
} Fetch;

static void
fetch_clear (Fetch *self)
{
  g_clear_pointer (&self->part, mien_partial_file_free);
  g_clear_object (&self->session);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fetch, fetch_clear)

static void
report (Fetch *self, guint64 done)
{
  const gint64 now = g_get_monotonic_time ();

  self->progress.done = done;
  if (self->report == NULL ||
      (done < self->progress.total && now - self->reported < REPORT_INTERVAL))
    return;
  self->reported = now;
  self->report (&self->progress, self->report_data);
}

static void
begin_phase (Fetch *self, const char *phase)
{
  self->progress.phase = phase;
  self->progress.total = self->source->size;
  self->reported = 0;
}

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH, format, arguments);
  va_end (arguments);
  return FALSE;
}

/* What arrives is checked, so that plain http could do no more harm than waste time; but who
 * fetches what is nobody's business on the way. */
static gboolean
is_allowed (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return FALSE;
  if (g_str_equal (scheme, "https"))
    return TRUE;
  if (!g_str_equal (scheme, "http"))
    return FALSE;
  address = g_inet_address_new_from_string (host);
  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_str_equal (host, "localhost");
}

static GUri *
resolve (GUri *base, const char *address, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GUri) uri = NULL;

  uri = base != NULL ? g_uri_parse_relative (base, address, SOUP_HTTP_URI_FLAGS, &reason)
                     : g_uri_parse (address, SOUP_HTTP_URI_FLAGS, &reason);
  if (uri == NULL)
    {
      fail (error, _ ("“%s” is no address: %s"), address, reason->message);
      return NULL;
    }
  if (!is_allowed (uri))
    {
      fail (error, _ ("“%s” is not an address of the https kind. Nothing was fetched from it."),
            address);
      return NULL;
    }
  return g_steal_pointer (&uri);
}

/* What a request gave, unless it was cancelled: that stays what it is. */
static gboolean
fail_connection (Fetch *self, GError *reason, GError **error)
{
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  fail (error,
        _ ("“%s” cannot be fetched: %s. Check the connection and start again; it goes on from what "
           "is there. Or download the file by hand and choose it as the weights."),
        self->source->address, reason->message);
  g_error_free (reason);
  return FALSE;
}

static SoupMessage *
make_message (Fetch *self, GUri *uri)
{
  const guint64 length = mien_partial_file_get_length (self->part);
  SoupMessage *message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  /* Where it leads is looked at first, and bytes are counted as they lie on the server. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_disable_feature (message, SOUP_TYPE_CONTENT_DECODER);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (length > 0)
    {
      soup_message_headers_set_range (headers, (goffset) length, -1);
      /* RFC 9110, 13.1.5: the rest if it is the same file still, else all of it. */
      soup_message_headers_replace (headers, "If-Range", mien_partial_file_get_tag (self->part));
    }
  return message;
}

/* Sends the request and follows where it is sent on to. */
static GInputStream *
send_request (Fetch *self, SoupMessage **message, GError **error)
{
  g_autoptr (GUri) uri = resolve (NULL, self->source->address, error);

  for (guint i = 0; uri != NULL; i++)
    {
      g_autoptr (SoupMessage) sent = make_message (self, uri);
      g_autoptr (GInputStream) stream = NULL;
      GError *reason = NULL;
      const char *location;
      GUri *next;

      stream = soup_session_send (self->session, sent, self->cancellable, &reason);
      if (stream == NULL)
        {
          fail_connection (self, reason, error);
          return NULL;
        }
      location = soup_message_headers_get_one (soup_message_get_response_headers (sent),
                                               "Location");
      if (!SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (sent)) || location == NULL)
        {
          *message = g_steal_pointer (&sent);
          return g_steal_pointer (&stream);
        }
      if (i == MAX_REDIRECTS)
        {
          fail (error,
                _ ("“%s” leads on and on. Try again later, or download the file by hand and choose "
                   "it as the weights."),
                self->source->address);
          return NULL;
        }
      next = resolve (uri, location, error);
      g_uri_unref (uri);
      uri = next;
    }
  return NULL;
}

/* Only a strong tag says that all bytes are the same. */
static const char *
get_tag (SoupMessage *message)
{
  const char *tag = soup_message_headers_get_one (soup_message_get_response_headers (message),
                                                  "ETag");

  return tag != NULL && !g_str_has_prefix (tag, "W/") ? tag : NULL;
}

static gboolean
fail_length (Fetch *self, guint64 found, GError **error)
{
  mien_partial_file_restart (self->part, NULL, NULL);
  return fail (error,
               _ ("“%s” has %" G_GUINT64_FORMAT " bytes instead of %" G_GUINT64_FORMAT
                  ": it is not the file that Mien knows. Nothing of it was kept. Try again later, "
                  "or choose a file that you have."),
               self->source->address, found, self->source->size);
}

/* Looks at the head of the answer, and makes the part ready for the body. With *again set, the part
 * is of no use any more, and the request is to be made anew. */
static gboolean
take_head (Fetch *self, SoupMessage *message, gboolean *again, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const SoupStatus status = soup_message_get_status (message);
  const guint64 length = mien_partial_file_get_length (self->part);
  goffset start, end, total;

  *again = FALSE;
  if (status == SOUP_STATUS_OK)
    {
      if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
          (guint64) soup_message_headers_get_content_length (headers) != self->source->size)
        return fail_length (self, (guint64) soup_message_headers_get_content_length (headers),
                            error);
      return mien_partial_file_restart (self->part, get_tag (message), error);
    }

  if (length > 0 && status == SOUP_STATUS_PARTIAL_CONTENT &&
      soup_message_headers_get_content_range (headers, &start, &end, &total) &&
      (guint64) start == length)
    {
      if (total >= 0 && (guint64) total != self->source->size)
        return fail_length (self, (guint64) total, error);
      return TRUE;
    }
  if (length > 0 && (status == SOUP_STATUS_PARTIAL_CONTENT ||
                     status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE))
    {
      *again = TRUE;
      return mien_partial_file_restart (self->part, NULL, error);
    }
  return fail (error,
               _ ("“%s” answers “%u %s”. Try again later, or download the file by hand and choose "
                  "it as the weights."),
               self->source->address, status, soup_message_get_reason_phrase (message));
}

static gboolean
take_body (Fetch *self, GInputStream *stream, GError **error)
{
  g_autofree guint8 *piece = g_malloc (PIECE);
  guint64 length = mien_partial_file_get_length (self->part);

  for (;;)
    {
      GError *reason = NULL;
      const gssize n = g_input_stream_read (stream, piece, PIECE, self->cancellable, &reason);

      if (n < 0)
        return fail_connection (self, reason, error);
      if (n == 0)
        break;
      length += (guint64) n;
      if (length > self->source->size)
        return fail_length (self, length, error);
      if (!mien_partial_file_append (self->part, piece, (gsize) n, error))
        return FALSE;
      report (self, length);
    }
  if (length == self->source->size)
    return TRUE;
  return fail_connection (self,
                          g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                                               _ ("the connection ended too early")),
                          error);
}

static gboolean
request (Fetch *self, GError **error)
{
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GInputStream) stream = NULL;
  gboolean again;

  do
    {
      g_clear_object (&stream);
      g_clear_object (&message);
      stream = send_request (self, &message, error);
      if (stream == NULL || !take_head (self, message, &again, error))
        return FALSE;
      /* Without a part there is no range to refuse: it ends. */
    }
  while (again);
  return take_body (self, stream, error);
}

/* The session works in a main context of its own, so that nothing of it runs on another thread. */
static gboolean
download (Fetch *self, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  gboolean done;

  begin_phase (self, _ ("Fetching weights"));
  report (self, mien_partial_file_get_length (self->part));
  g_main_context_push_thread_default (context);
  self->session = soup_session_new_with_options ("timeout", TIMEOUT, "user-agent",
                                                 "Mien/" MIEN_VERSION, NULL);
  done = request (self, error);
  g_clear_object (&self->session);
  g_main_context_pop_thread_default (context);
  return done;
}

/* Sums all bytes of a file up: *published as the source does, *sha256 for the pin. */
static gboolean
sum_file (Fetch *self, const char *file, char **published, char **sha256, GError **error)
{
  g_autoptr (GFile) location = g_file_new_for_path (file);
  g_autoptr (GFileInputStream) stream = g_file_read (location, self->cancellable, error);
  g_autoptr (GChecksum) first = g_checksum_new (self->source->digest_type);
  g_autoptr (GChecksum) second = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *piece = g_malloc (PIECE);
  guint64 done = 0;
  gssize n;

  if (stream == NULL)
    return FALSE;
  begin_phase (self, _ ("Checking weights"));
  while (
    (n = g_input_stream_read (G_INPUT_STREAM (stream), piece, PIECE, self->cancellable, error)) > 0)
    {
      g_checksum_update (first, piece, n);
      g_checksum_update (second, piece, n);
      done += (guint64) n;
      report (self, done);
    }
  if (n < 0)
    return FALSE;
  *published = g_strdup (g_checksum_get_string (first));
  *sha256 = g_strdup (g_checksum_get_string (second));
  return TRUE;
}

static char *
pin_path (const char *path)
{
  return g_strconcat (path, ".sha256", NULL);
}

/* As sha256sum writes and reads it. */
static gboolean
write_pin (Fetch *self, const char *sha256, GError **error)
{
  g_autofree char *pin = pin_path (self->path);
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *line = g_strdup_printf ("%s  %s\n", sha256, name);

  return g_file_set_contents (pin, line, -1, error);
}

static gboolean
fits_pin (Fetch *self, const char *sha256)
{
  g_autofree char *pin = pin_path (self->path);
  g_autofree char *line = NULL;

  return !g_file_get_contents (pin, &line, NULL, NULL) || g_str_has_prefix (line, sha256);
}

/* Whether the file that is there already is what it was; *fits without an error says so. */
static gboolean
check_present (Fetch *self, gboolean *fits, GError **error)
{
  g_autofree char *published = NULL;
  g_autofree char *sha256 = NULL;
  GStatBuf status;

  *fits = FALSE;
  if (g_stat (self->path, &status) != 0 || (guint64) status.st_size != self->source->size)
    return TRUE;
  if (!sum_file (self, self->path, &published, &sha256, error))
    return FALSE;
  *fits = g_str_equal (published, self->source->digest) && fits_pin (self, sha256);
  return TRUE;
}

/* Puts what has arrived in its place if it is right, and drops it otherwise. */
static gboolean
check_and_commit (Fetch *self, GError **error)
{
  const char *part = mien_partial_file_get_path (self->part);
  g_autofree char *published = NULL;
  g_autofree char *sha256 = NULL;
  g_autoptr (GError) reason = NULL;

  if (!sum_file (self, part, &published, &sha256, error))
    return FALSE;
  if (!g_str_equal (published, self->source->digest))
    {
      mien_partial_file_discard (self->part);
      return fail (error,
                   _ ("What “%s” gave is not the file that Mien knows: its digest is %s instead of "
                      "%s. It was removed. Try again later, or choose a file that you have."),
                   self->source->address, published, self->source->digest);
    }
  if (self->source->check != NULL && !self->source->check (part, &reason))
    {
      mien_partial_file_discard (self->part);
      return fail (error,
                   _ ("What “%s” gave cannot be used: %s. It was removed. Choose a file that you "
                      "have."),
                   self->source->address, reason->message);
    }
  /* An earlier file's pin must not stand beside this one. */
  return write_pin (self, sha256, error) && mien_partial_file_commit (self->part, error);
}

/* Bytes of which nobody knows what they are of are of no use. */
static gboolean
drop_useless (Fetch *self, GError **error)
{
  const guint64 length = mien_partial_file_get_length (self->part);

  if (length == self->source->size ||
      (length < self->source->size && mien_partial_file_get_tag (self->part) != NULL))
    return TRUE;
  return mien_partial_file_restart (self->part, NULL, error);
}

/**
 * mien_fetch:
 * @source: what to fetch
 * @path: (type filename): where it is to be; folders above it are made
 * @progress: (nullable) (scope call): told the bytes
 * @user_data: for @progress
 * @cancellable: (nullable): ends it; what has arrived is kept
 * @error: return location; %MIEN_TRAIN_ERROR_FETCH, %MIEN_DATA_ERROR_FILE where the disk has no
 *   room, %G_IO_ERROR_CANCELLED
 *
 * Fetches a file over the network, on the calling thread, which must not be the main one of a
 * window. Where the file is there already, it is checked, and replaced if it is damaged.
 *
 * Until all of it has arrived it is `PATH.part`: it stays when the connection breaks, and the next
 * call requests the rest (RFC 9110, 14.2 and 13.1.5), all of it where the server cannot give a part
 * or has another file by now. At the end size and digest are compared with what is known of the
 * file, then the source's own check looks into it; what is wrong is removed. The SHA-256 of what
 * was right is written to `PATH.sha256`, and compared too whenever the file is checked later.
 *
 * Returns: whether the file is there
 */
gboolean
mien_fetch (const MienFetchSource *source,
            const char *path,
            MienProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
  g_auto (Fetch) self = { .source = source,
                          .path = path,
                          .cancellable = cancellable,
                          .report = progress,
                          .report_data = user_data };
  g_autofree char *folder = g_path_get_dirname (path);
  gboolean fits;

  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      const int reason = errno;
      g_autofree char *name = g_filename_display_name (folder);

      return fail (error, _ ("The folder “%s” cannot be made: %s"), name, g_strerror (reason));
    }
  self.part = mien_partial_file_open (path, error);
  if (self.part == NULL || !check_present (&self, &fits, error))
    return FALSE;
  if (fits)
    return TRUE;

  if (!drop_useless (&self, error))
    return FALSE;
  if (!mien_new_folder_check_space (folder, source->size - mien_partial_file_get_length (self.part),
                                    error))
    return FALSE;
  if (mien_partial_file_get_length (self.part) < source->size && !download (&self, error))
    return FALSE;
  return check_and_commit (&self, error);
}
