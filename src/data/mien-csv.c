/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-csv.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "data/mien-data-error.h"

#define BUFFER_BYTES 65536

/* Longer than any record that is of use here; what comes after is skipped, not kept. */
#define MAX_RECORD_BYTES (1 << 20)

#define END_OF_FILE (-1)

typedef enum
{
  STATE_FIELD_START,
  STATE_PLAIN,
  STATE_QUOTED,
  STATE_QUOTE_IN_QUOTED /* the end of the field, or the first of two that stand for one */
} State;

struct _MienCsv
{
  char *path;
  int fd;
  guint64 size;
  guint64 n_read;
  guint8 *buffer;
  gsize buffer_length;
  gsize position; /* in buffer */
  int read_errno;

  guint64 line;        /* that the next byte stands on, from 1 */
  guint64 record_line; /* that the record begins on */
  GString *text;       /* the fields of the record, a zero byte after each */
  GArray *fields;      /* (element-type gsize), where they begin in text */
  const char *flaw;    /* translated, static: why the record is not to be used, or NULL */
};

/**
 * mien_csv_open:
 * @path: (type filename): a file of comma-separated values, UTF-8 with or without byte order mark
 * @error: return location for %MIEN_DATA_ERROR_FILE
 *
 * Opens a file in the format of RFC 4180: fields may be quoted, with a doubled quote for one, and
 * hold commas and line ends then; lines end with CR LF, LF or CR.
 *
 * Returns: (transfer full): what reads it, before the first record; or %NULL
 */
MienCsv *
mien_csv_open (const char *path, GError **error)
{
  g_autoptr (MienCsv) self = g_new0 (MienCsv, 1);
  g_autofree char *name = g_filename_display_name (path);
  struct stat status;

  self->path = g_strdup (path);
  self->buffer = g_malloc (BUFFER_BYTES);
  self->text = g_string_new (NULL);
  self->fields = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->line = 1;
  /* Without O_NONBLOCK, opening a FIFO would wait for its writer. */
  self->fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  if (self->fd < 0)
    {
      int reason = errno;

      g_set_error (
        error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
        _ ("“%s” cannot be opened: %s. Check that it is there and that you may read it."), name,
        g_strerror (reason));
      return NULL;
    }
  if (fstat (self->fd, &status) != 0 || !S_ISREG (status.st_mode))
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("“%s” is not a regular file. Only a folder of pictures or a CSV file can be "
                      "read."),
                   name);
      return NULL;
    }
  self->size = (guint64) status.st_size;
  return g_steal_pointer (&self);
}

/**
 * mien_csv_free:
 * @self: (nullable) (transfer full): what reads a file
 *
 * Closes the file.
 */
void
mien_csv_free (MienCsv *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self->buffer);
  g_string_free (self->text, TRUE);
  g_array_unref (self->fields);
  g_free (self);
}

static gboolean
fill (MienCsv *self)
{
  gssize n;

  do
    n = read (self->fd, self->buffer, BUFFER_BYTES);
  while (n < 0 && errno == EINTR);
  self->read_errno = n < 0 ? errno : 0;
  self->buffer_length = n > 0 ? (gsize) n : 0;
  self->position = 0;
  if (self->n_read == 0 && self->buffer_length >= 3 &&
      memcmp (self->buffer, "\xef\xbb\xbf", 3) == 0)
    self->position = 3;
  self->n_read += self->buffer_length;
  return self->buffer_length > 0;
}

static int
peek (MienCsv *self)
{
  if (self->position == self->buffer_length && !fill (self))
    return END_OF_FILE;
  return self->buffer[self->position];
}

/* CR LF, LF and CR alone all end a line. */
static int
take (MienCsv *self)
{
  int c = peek (self);

  if (c == END_OF_FILE)
    return c;
  self->position++;
  if (c == '\r' && peek (self) == '\n')
    {
      self->position++;
      c = '\n';
    }
  else if (c == '\r')
    c = '\n';
  if (c == '\n')
    self->line++;
  return c;
}

static void
add_byte (MienCsv *self, int c)
{
  if (c == '\0')
    self->flaw = _ ("it holds a zero byte, hence is no text");
  else if (self->text->len >= MAX_RECORD_BYTES)
    self->flaw = _ ("it is too long");
  else
    g_string_append_c (self->text, (char) c);
}

static void
begin_field (MienCsv *self)
{
  gsize start = self->text->len;

  g_array_append_val (self->fields, start);
}

static void
end_field (MienCsv *self)
{
  gsize start = g_array_index (self->fields, gsize, self->fields->len - 1);

  /* Zero bytes end fields here, which is why none may stand in one. */
  if (self->text->len < 2 * MAX_RECORD_BYTES)
    g_string_append_c (self->text, '\0');
  else
    self->flaw = _ ("it is too long");
  if (self->flaw == NULL && !g_utf8_validate (self->text->str + start, -1, NULL))
    self->flaw = _ ("it is not UTF-8; save the table as UTF-8");
}

/* Reads one record; TRUE where there was one, if only an empty line. */
static gboolean
read_record (MienCsv *self)
{
  State state = STATE_FIELD_START;
  int c;

  g_string_truncate (self->text, 0);
  g_array_set_size (self->fields, 0);
  self->flaw = NULL;
  self->record_line = self->line;
  if (peek (self) == END_OF_FILE)
    return FALSE;

  begin_field (self);
  while ((c = take (self)) != END_OF_FILE)
    {
      if (state == STATE_QUOTED)
        {
          if (c == '"')
            state = STATE_QUOTE_IN_QUOTED;
          else
            add_byte (self, c);
          continue;
        }
      if (c == '\n')
        break;
      if (c == ',')
        {
          end_field (self);
          if (self->flaw == NULL)
            begin_field (self);
          state = STATE_FIELD_START;
          continue;
        }
      if (c == '"' && state == STATE_FIELD_START)
        state = STATE_QUOTED;
      else if (c == '"' && state == STATE_QUOTE_IN_QUOTED)
        {
          add_byte (self, c);
          state = STATE_QUOTED;
        }
      else
        {
          if (state == STATE_QUOTE_IN_QUOTED && self->flaw == NULL)
            self->flaw = _ ("something follows a closing quote");
          add_byte (self, c);
          state = STATE_PLAIN;
        }
    }
  if (state == STATE_QUOTED)
    self->flaw = _ ("a quote is not closed");
  end_field (self);
  return TRUE;
}

/**
 * mien_csv_next:
 * @self: what reads a file
 * @error: return location for %MIEN_DATA_ERROR_FILE
 *
 * Goes on to the next record; empty lines are none. A record that breaks the format has a flaw,
 * mien_csv_get_flaw(), and the next one can be read. Memory stays within some megabytes, whatever
 * the file holds.
 *
 * Returns: %FALSE at the end, and with an error where the file cannot be read on
 */
gboolean
mien_csv_next (MienCsv *self, GError **error)
{
  while (read_record (self))
    if (self->flaw != NULL || self->fields->len > 1 || self->text->len > 1)
      return TRUE;

  if (self->read_errno != 0)
    {
      g_autofree char *name = g_filename_display_name (self->path);

      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("“%s” cannot be read: %s. Check the disk that it is on."), name,
                   g_strerror (self->read_errno));
    }
  return FALSE;
}

/**
 * mien_csv_get_n_fields:
 * @self: what reads a file
 *
 * Returns: the number of fields of the record; of no meaning where it has a flaw
 */
guint
mien_csv_get_n_fields (MienCsv *self)
{
  return self->fields->len;
}

/**
 * mien_csv_get_field:
 * @self: what reads a file, at a record without a flaw
 * @index: below mien_csv_get_n_fields()
 *
 * Returns: (transfer none): a field, valid UTF-8; until the next record is read
 */
const char *
mien_csv_get_field (MienCsv *self, guint index)
{
  g_return_val_if_fail (self->flaw == NULL && index < self->fields->len, "");

  return self->text->str + g_array_index (self->fields, gsize, index);
}

/**
 * mien_csv_get_flaw:
 * @self: what reads a file
 *
 * Returns: (nullable) (transfer none): why the record cannot be used, translated, to stand behind a
 *   colon
 */
const char *
mien_csv_get_flaw (MienCsv *self)
{
  return self->flaw;
}

/**
 * mien_csv_get_line:
 * @self: what reads a file
 *
 * Returns: the line that the record begins on, from 1
 */
guint64
mien_csv_get_line (MienCsv *self)
{
  return self->record_line;
}

/**
 * mien_csv_get_n_read:
 * @self: what reads a file
 *
 * Returns: the bytes read so far
 */
guint64
mien_csv_get_n_read (MienCsv *self)
{
  return self->n_read;
}

/**
 * mien_csv_get_size:
 * @self: what reads a file
 *
 * Returns: the bytes that the file had when it was opened
 */
guint64
mien_csv_get_size (MienCsv *self)
{
  return self->size;
}
