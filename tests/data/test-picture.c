/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "data-fixture.h"
#include "data/mien-data-error.h"
#include "data/mien-picture-end.h"
#include "data/mien-picture.h"

static GdkPixbuf *
decode (const char *path)
{
  g_autoptr (GError) error = NULL;
  GdkPixbuf *picture = mien_picture_decode (path, MIEN_PICTURE_MAX_PIXELS, &error);

  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_n_channels (picture), ==, 3);
  g_assert_false (gdk_pixbuf_get_has_alpha (picture));
  return picture;
}

static const guint8 *
pixel (GdkPixbuf *picture, guint x, guint y)
{
  return gdk_pixbuf_read_pixels (picture) + y * (gsize) gdk_pixbuf_get_rowstride (picture) + 3 * x;
}

static void
assert_pixel (GdkPixbuf *picture, guint x, guint y, guint red, guint green, guint blue)
{
  const guint8 *found = pixel (picture, x, y);

  g_assert_cmpuint (found[0], ==, red);
  g_assert_cmpuint (found[1], ==, green);
  g_assert_cmpuint (found[2], ==, blue);
}

static void
assert_same (GdkPixbuf *a, GdkPixbuf *b)
{
  g_assert_cmpint (gdk_pixbuf_get_width (a), ==, gdk_pixbuf_get_width (b));
  g_assert_cmpint (gdk_pixbuf_get_height (a), ==, gdk_pixbuf_get_height (b));
  for (int y = 0; y < gdk_pixbuf_get_height (a); y++)
    g_assert_cmpmem (pixel (a, 0, (guint) y), (gsize) gdk_pixbuf_get_width (a) * 3,
                     pixel (b, 0, (guint) y), (gsize) gdk_pixbuf_get_width (b) * 3);
}

/* Bytes of a PNG chunk, with its checksum (ISO 15948, annex D). */
static void
append_chunk (GByteArray *file, const char *type, const guint8 *data, guint32 n)
{
  guint32 length = GUINT32_TO_BE (n);
  guint32 crc = 0xffffffffu;
  guint start;

  g_byte_array_append (file, (const guint8 *) &length, 4);
  start = file->len;
  g_byte_array_append (file, (const guint8 *) type, 4);
  if (n > 0)
    g_byte_array_append (file, data, n);
  for (guint i = start; i < file->len; i++)
    {
      crc ^= file->data[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = crc & 1 ? (crc >> 1) ^ 0xedb88320u : crc >> 1;
    }
  crc = GUINT32_TO_BE (crc ^ 0xffffffffu);
  g_byte_array_append (file, (const guint8 *) &crc, 4);
}

/* A PNG of any kind; `raw` are its rows, each with a filter byte. */
static void
write_png (const char *path,
           guint32 width,
           guint32 height,
           guint8 depth,
           guint8 colour_type,
           const guint8 *raw,
           gsize n_raw)
{
  static const guint8 signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GZlibCompressor) deflate = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, -1);
  g_autoptr (GError) error = NULL;
  guint8 packed[4096];
  guint8 header[13] = { 0 };
  guint32 size[2];
  gsize n_read, n_packed;

  size[0] = GUINT32_TO_BE (width);
  size[1] = GUINT32_TO_BE (height);
  memcpy (header, size, 8);
  header[8] = depth;
  header[9] = colour_type;
  g_converter_convert (G_CONVERTER (deflate), raw, n_raw, packed, sizeof packed,
                       G_CONVERTER_INPUT_AT_END, &n_read, &n_packed, &error);
  g_assert_no_error (error);

  g_byte_array_append (file, signature, sizeof signature);
  append_chunk (file, "IHDR", header, sizeof header);
  append_chunk (file, "IDAT", packed, (guint32) n_packed);
  append_chunk (file, "IEND", NULL, 0);
  fixture_write (path, file->data, file->len);
}

/* Lossless formats give back the pixels that were saved. */
static void
test_formats (FolderFixture *fixture, gconstpointer data)
{
  static const char *const types[] = { "png", "bmp", "tiff" };
  g_autoptr (GdkPixbuf) saved = fixture_picture (13, 7, 1);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = fixture_path (fixture->directory, "picture.%s", types[i]);
      g_autoptr (GdkPixbuf) decoded = NULL;

      fixture_save (saved, path, types[i]);
      decoded = decode (path);
      assert_same (saved, decoded);
    }
}

static void
test_jpeg (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_path (fixture->directory, "picture.jpg");
  g_autoptr (GdkPixbuf) saved = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 31, 17);
  g_autoptr (GdkPixbuf) decoded = NULL;

  gdk_pixbuf_fill (saved, 0x808080ff);
  fixture_save (saved, path, "jpeg");
  decoded = decode (path);
  assert_same (saved, decoded);
}

/* A GIF of two frames, 2 × 1: red and green, then all blue (GIF89a specification). */
static void
test_gif (FolderFixture *fixture, gconstpointer data)
{
  static const guint8 gif[] = {
    'G',  'I', 'F',  '8',  '9', 'a', 2, 0, 1,   0, 0x81, 0, 0, /* screen, 4 colours */
    255,  0,   0,    0,    255, 0,   0, 0, 255, 0, 0,    0,    /* red, green, blue, black */
    0x2c, 0,   0,    0,    0,   2,   0, 1, 0,   0,             /* a frame */
    2,    2,   0x44, 0x0a, 0,                                  /* clear, 0, 1, end */
    0x2c, 0,   0,    0,    0,   2,   0, 1, 0,   0,             /* another one */
    2,    2,   0x94, 0x0a, 0,                                  /* clear, 2, 2, end */
    0x3b,
  };
  g_autofree char *path = fixture_path (fixture->directory, "picture.gif");
  g_autoptr (GdkPixbuf) decoded = NULL;

  fixture_write (path, gif, sizeof gif);
  decoded = decode (path);
  g_assert_cmpint (gdk_pixbuf_get_width (decoded), ==, 2);
  g_assert_cmpint (gdk_pixbuf_get_height (decoded), ==, 1);
  assert_pixel (decoded, 0, 0, 255, 0, 0);
  assert_pixel (decoded, 1, 0, 0, 255, 0);
}

/* WebP is read by a loader that is installed apart; the file is "a lossless red pixel". */
static void
test_webp (FolderFixture *fixture, gconstpointer data)
{
  static const guint8 webp[] = {
    'R',  'I',  'F',  'F',  0x1a, 0,    0,    0,    'W',  'E',  'B', 'P',
    'V',  'P',  '8',  'L',  0x0d, 0,    0,    0,    0x2f, 0,    0,   0,
    0x10, 0x07, 0x10, 0xfd, 0x8f, 0xfe, 0x07, 0x22, 0xa2, 0xff, 1,   0,
  };
  g_autofree char *path = fixture_path (fixture->directory, "picture.webp");
  g_autoptr (GSList) formats = gdk_pixbuf_get_formats ();
  g_autoptr (GdkPixbuf) decoded = NULL;
  gboolean installed = FALSE;

  for (GSList *l = formats; l != NULL; l = l->next)
    {
      g_autofree char *name = gdk_pixbuf_format_get_name (l->data);

      installed = installed || strcmp (name, "webp") == 0;
    }
  fixture_write (path, webp, sizeof webp);
  if (!installed)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("GdkPixbuf has no WebP loader here: WebP has to be refused as unknown");
      g_assert_null (mien_picture_decode (path, MIEN_PICTURE_MAX_PIXELS, &error));
      g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_PICTURE);
      return;
    }
  decoded = decode (path);
  g_assert_cmpint (gdk_pixbuf_get_width (decoded), ==, 1);
  g_assert_cmpint (gdk_pixbuf_get_height (decoded), ==, 1);
}

static void
test_grey (FolderFixture *fixture, gconstpointer data)
{
  static const guint8 raw[] = { 0, 0, 100, 255 };
  g_autofree char *path = fixture_path (fixture->directory, "grey.png");
  g_autoptr (GdkPixbuf) decoded = NULL;

  write_png (path, 3, 1, 8, 0, raw, sizeof raw);
  decoded = decode (path);
  assert_pixel (decoded, 0, 0, 0, 0, 0);
  assert_pixel (decoded, 1, 0, 100, 100, 100);
  assert_pixel (decoded, 2, 0, 255, 255, 255);
}

static void
test_16_bit (FolderFixture *fixture, gconstpointer data)
{
  static const guint8 grey[] = { 0, 0x12, 0x34, 0xfe, 0xdc };
  static const guint8 rgb[] = { 0, 0x11, 0x00, 0x22, 0x40, 0x33, 0x70 };
  g_autofree char *grey_path = fixture_path (fixture->directory, "grey16.png");
  g_autofree char *rgb_path = fixture_path (fixture->directory, "rgb16.png");
  g_autoptr (GdkPixbuf) grey_decoded = NULL;
  g_autoptr (GdkPixbuf) rgb_decoded = NULL;

  write_png (grey_path, 2, 1, 16, 0, grey, sizeof grey);
  grey_decoded = decode (grey_path);
  assert_pixel (grey_decoded, 0, 0, 0x12, 0x12, 0x12);
  assert_pixel (grey_decoded, 1, 0, 0xfe, 0xfe, 0xfe);

  write_png (rgb_path, 1, 1, 16, 2, rgb, sizeof rgb);
  rgb_decoded = decode (rgb_path);
  assert_pixel (rgb_decoded, 0, 0, 0x11, 0x22, 0x33);
}

/* Transparency is laid on white: c · a + 255 · (1 - a). */
static void
test_alpha (FolderFixture *fixture, gconstpointer data)
{
  static const guint8 raw[] = { 0, 10, 20, 30, 0, 10, 20, 30, 255, 0, 255, 100, 51 };
  g_autofree char *path = fixture_path (fixture->directory, "alpha.png");
  g_autoptr (GdkPixbuf) decoded = NULL;

  write_png (path, 3, 1, 8, 6, raw, sizeof raw);
  decoded = decode (path);
  assert_pixel (decoded, 0, 0, 255, 255, 255);
  assert_pixel (decoded, 1, 0, 10, 20, 30);
  assert_pixel (decoded, 2, 0, 204, 255, 224);
}

/* Orientation 6: the picture is shown turned by a quarter clockwise (Exif 2.3, tag 0x0112). */
static void
test_orientation (FolderFixture *fixture, gconstpointer data)
{
  static const guint8 exif[] = {
    0xff, 0xe1, 0, 34,   'E', 'x', 'i', 'f', 0, 0, /* APP1 */
    'M',  'M',  0, 42,   0,   0,   0,   8,         /* TIFF header */
    0,    1,    1, 0x12, 0,   3,   0,   0,   0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
  };
  g_autofree char *path = fixture_path (fixture->directory, "turned.jpg");
  g_autoptr (GdkPixbuf) saved = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 32, 16);
  g_autoptr (GdkPixbuf) left = gdk_pixbuf_new_subpixbuf (saved, 0, 0, 16, 16);
  g_autoptr (GdkPixbuf) decoded = NULL;
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autofree char *contents = NULL;
  gsize length;

  /* Left white, right black: turned clockwise, white is at the top. */
  gdk_pixbuf_fill (saved, 0x000000ff);
  gdk_pixbuf_fill (left, 0xffffffff);
  fixture_save (saved, path, "jpeg");
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_byte_array_append (file, (const guint8 *) contents, 2);
  g_byte_array_append (file, exif, sizeof exif);
  g_byte_array_append (file, (const guint8 *) contents + 2, (guint) length - 2);
  fixture_write (path, file->data, file->len);

  decoded = decode (path);
  g_assert_cmpint (gdk_pixbuf_get_width (decoded), ==, 16);
  g_assert_cmpint (gdk_pixbuf_get_height (decoded), ==, 32);
  assert_pixel (decoded, 8, 2, 255, 255, 255);
  assert_pixel (decoded, 8, 29, 0, 0, 0);
}

static void
assert_refused (const char *path, MienDataError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_filename_display_name (path);

  g_assert_null (mien_picture_decode (path, MIEN_PICTURE_MAX_PIXELS, &error));
  g_assert_error (error, MIEN_DATA_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, name));
}

static void
test_no_picture (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *empty = fixture_path (fixture->directory, "empty.jpg");
  g_autofree char *text = fixture_path (fixture->directory, "text.jpg");
  g_autofree char *absent = fixture_path (fixture->directory, "absent.jpg");
  g_autofree char *fifo = fixture_path (fixture->directory, "fifo.jpg");

  fixture_write (empty, "", 0);
  assert_refused (empty, MIEN_DATA_ERROR_EMPTY);
  fixture_write (text, "This is no picture.\n", 20);
  assert_refused (text, MIEN_DATA_ERROR_PICTURE);
  assert_refused (absent, MIEN_DATA_ERROR_FILE);
  assert_refused (fixture->directory, MIEN_DATA_ERROR_FILE);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_refused (fifo, MIEN_DATA_ERROR_FILE);
}

static void
test_no_permission (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_path (fixture->directory, "closed.png");
  g_autofree char *link = fixture_path (fixture->directory, "dangling.png");

  g_assert_cmpint (symlink ("nowhere", link), ==, 0);
  assert_refused (link, MIEN_DATA_ERROR_FILE);

  /* Root may read everything. */
  fixture_add (fixture->directory, "closed.png", 1);
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  if (getuid () != 0)
    assert_refused (path, MIEN_DATA_ERROR_FILE);
}

static void
test_truncated (FolderFixture *fixture, gconstpointer data)
{
  static const char *const types[] = { "png", "jpeg", "bmp", "tiff" };
  g_autoptr (GdkPixbuf) saved = fixture_picture (64, 64, 2);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    for (guint part = 1; part <= 3; part++)
      {
        g_autofree char *path = fixture_path (fixture->directory, "cut.%s", types[i]);
        g_autofree char *contents = NULL;
        gsize length;

        fixture_save (saved, path, types[i]);
        g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
        fixture_truncate (path, length * part / 4);
        assert_refused (path, MIEN_DATA_ERROR_BROKEN);
      }
}

/* The last two bytes are the end marker alone: still a sign that something was lost. */
static void
test_jpeg_without_end (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_path (fixture->directory, "cut.jpg");
  g_autoptr (GdkPixbuf) saved = fixture_picture (64, 64, 2);
  g_autofree char *contents = NULL;
  gsize length;

  fixture_save (saved, path, "jpeg");
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  fixture_truncate (path, length - 2);
  assert_refused (path, MIEN_DATA_ERROR_BROKEN);
}

static void
test_too_large (FolderFixture *fixture, gconstpointer data)
{
  static const guint8 raw[] = { 0, 0 };
  g_autofree char *huge = fixture_path (fixture->directory, "huge.png");
  g_autofree char *small = fixture_path (fixture->directory, "small.png");
  g_autoptr (GdkPixbuf) picture = fixture_picture (10, 10, 1);
  g_autoptr (GdkPixbuf) decoded = NULL;
  g_autoptr (GError) error = NULL;

  write_png (huge, 100000, 100000, 8, 2, raw, sizeof raw);
  assert_refused (huge, MIEN_DATA_ERROR_TOO_LARGE);

  fixture_save (picture, small, "png");
  decoded = mien_picture_decode (small, 100, &error);
  g_assert_no_error (error);
  g_assert_nonnull (decoded);
  g_assert_null (mien_picture_decode (small, 99, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "100"));
  g_assert_nonnull (strstr (error->message, "99"));
}

static void
test_other_name (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_path (fixture->directory, "na\xefve \xff.png");
  g_autoptr (GdkPixbuf) saved = fixture_picture (5, 5, 3);
  g_autoptr (GdkPixbuf) decoded = NULL;

  fixture_save (saved, path, "png");
  decoded = decode (path);
  assert_same (saved, decoded);
  fixture_write (path, "", 0);
  assert_refused (path, MIEN_DATA_ERROR_EMPTY);
}

static void
test_shrink (void)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 5, 2);
  g_autoptr (GdkPixbuf) shrunk = NULL;
  g_autoptr (GdkPixbuf) same = NULL;
  guint8 *pixels = gdk_pixbuf_get_pixels (picture);
  gsize row_stride = (gsize) gdk_pixbuf_get_rowstride (picture);

  /* Red is 10 · x + 100 · y, green 255, blue 0. */
  for (guint y = 0; y < 2; y++)
    for (guint x = 0; x < 5; x++)
      {
        pixels[y * row_stride + 3 * x] = (guint8) (10 * x + 100 * y);
        pixels[y * row_stride + 3 * x + 1] = 255;
        pixels[y * row_stride + 3 * x + 2] = 0;
      }

  shrunk = mien_picture_shrink (picture, 2, 1);
  g_assert_cmpint (gdk_pixbuf_get_width (shrunk), ==, 3);
  g_assert_cmpint (gdk_pixbuf_get_height (shrunk), ==, 1);
  assert_pixel (shrunk, 0, 0, 55, 255, 0);
  assert_pixel (shrunk, 1, 0, 75, 255, 0);
  assert_pixel (shrunk, 2, 0, 90, 255, 0);

  same = mien_picture_shrink (picture, 3, 2);
  g_assert_true (same == picture);
}

static void
test_at_least (FolderFixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint width, height;
  } sizes[] = { { 1000, 700 }, { 449, 448 }, { 447, 447 }, { 224, 3000 }, { 100, 90 } };
  static const char *const types[] = { "png", "jpeg" };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        g_autofree char *path = fixture_path (fixture->directory, "size.%s", types[t]);
        g_autoptr (GdkPixbuf) saved = NULL;
        g_autoptr (GdkPixbuf) decoded = NULL;
        g_autoptr (GError) error = NULL;
        guint width, height;

        saved = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) sizes[i].width,
                                (int) sizes[i].height);
        gdk_pixbuf_fill (saved, 0x606060ff);
        fixture_save (saved, path, types[t]);
        decoded = mien_picture_decode_at_least (path, MIEN_PICTURE_MAX_PIXELS, 224, 224, &error);
        g_assert_no_error (error);
        width = (guint) gdk_pixbuf_get_width (decoded);
        height = (guint) gdk_pixbuf_get_height (decoded);
        g_assert_cmpuint (width, >=, MIN (224, sizes[i].width));
        g_assert_cmpuint (height, >=, MIN (224, sizes[i].height));
        g_assert_cmpuint (width, <, 448);
        g_assert_cmpuint (height, <, 448);
        assert_pixel (decoded, width - 1, height - 1, 0x60, 0x60, 0x60);
      }
}

/* SHA-256 of 01 00 00 00 02 00 00 00, 01 02 03, 04 05 06; from sha256sum. */
static void
test_digest (void)
{
  static const char expected[] = "4cb90cb51e66702075ecb4cf1fd9fa4f"
                                 "d15ce37dc64dc656143415789fcebafd";
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 1, 2);
  guint8 *pixels = gdk_pixbuf_get_pixels (picture);
  g_autoptr (GString) hexadecimal = g_string_new (NULL);
  guint8 digest[32];

  for (guint i = 0; i < 3; i++)
    {
      pixels[i] = (guint8) (i + 1);
      pixels[gdk_pixbuf_get_rowstride (picture) + (int) i] = (guint8) (i + 4);
    }
  mien_picture_digest (picture, digest);
  for (guint i = 0; i < sizeof digest; i++)
    g_string_append_printf (hexadecimal, "%02x", digest[i]);
  g_assert_cmpstr (hexadecimal->str, ==, expected);
}

/* Feeds every beginning of a file, in pieces of several sizes: cut until it is whole, but for the
 * few bytes that could be of any format. */
static void
assert_cut_until (const guint8 *whole, gsize n, gsize known_after, gsize whole_after)
{
  for (gsize cut = 0; cut <= n; cut++)
    for (gsize piece = 1; piece <= 4; piece++)
      {
        MienPictureEnd end = { 0 };

        for (gsize i = 0; i < cut; i += piece)
          mien_picture_end_feed (&end, whole + i, MIN (piece, cut - i));
        g_assert_cmpint (mien_picture_end_is_cut (&end), ==,
                         cut >= known_after && cut < whole_after);
      }
}

static void
test_end (void)
{
  static const guint8 jpeg[] = {
    0xff, 0xd8, 0xff, 0xe1, 0, 6,    0xff, 0xd9, 0xff, 0xd9, /* an end marker in a segment */
    0xff, 0xda, 0,    2,    1, 0xff, 0,    2,    0xff, 0xd3, 3, 0xff, 0xd9, 1, 2, 3,
  };
  static const guint8 png[] = {
    0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0,   4,   't', 'E', 'X', 't', 'I', 'E',
    'N',  'D', 1,   2,   3,    4,    0,    0,    0, 0, 'I', 'E', 'N', 'D', 1,   2,   3,   4,
  };
  static const guint8 webp[] = { 'R', 'I', 'F', 'F', 8, 0, 0, 0, 'W', 'E', 'B', 'P', 1, 2, 3, 4 };
  static const guint8 other[] = { 'G', 'I', 'F', '8', '9', 'a', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };

  assert_cut_until (jpeg, sizeof jpeg, 2, sizeof jpeg - 3);
  assert_cut_until (png, sizeof png, 8, sizeof png - 4);
  assert_cut_until (webp, sizeof webp, 12, sizeof webp);
  assert_cut_until (other, sizeof other, sizeof other + 1, sizeof other + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  folder_fixture_test ("/picture/formats", test_formats);
  folder_fixture_test ("/picture/jpeg", test_jpeg);
  folder_fixture_test ("/picture/gif", test_gif);
  folder_fixture_test ("/picture/webp", test_webp);
  folder_fixture_test ("/picture/grey", test_grey);
  folder_fixture_test ("/picture/16-bit", test_16_bit);
  folder_fixture_test ("/picture/alpha", test_alpha);
  folder_fixture_test ("/picture/orientation", test_orientation);
  folder_fixture_test ("/picture/no-picture", test_no_picture);
  folder_fixture_test ("/picture/no-permission", test_no_permission);
  folder_fixture_test ("/picture/truncated", test_truncated);
  folder_fixture_test ("/picture/jpeg-without-end", test_jpeg_without_end);
  folder_fixture_test ("/picture/too-large", test_too_large);
  folder_fixture_test ("/picture/other-name", test_other_name);
  g_test_add_func ("/picture/shrink", test_shrink);
  folder_fixture_test ("/picture/at-least", test_at_least);
  g_test_add_func ("/picture/digest", test_digest);
  g_test_add_func ("/picture/end", test_end);
  return g_test_run ();
}
