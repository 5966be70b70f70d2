/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-faces.h"

#include <algorithm>
#include <exception>
#include <glib/gi18n-lib.h>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>
#include <vector>

#include "data/mien-data-error.h"

/* Pixels: the longer side that faces are looked for at; their time grows with its square. */
#define SEARCHED_SIZE 1024

/* Pixels, at that size: no network here makes much of a smaller face. */
#define SMALLEST 32

/* Pixels: what the shorter side of a picture of one face is brought to before the face is measured,
 * and how much of it is put around: the detector sees no face that the picture's edge cuts. */
#define MEASURED_SIZE 128
#define MARGIN (MEASURED_SIZE / 4)

/* Of Viola and Jones' detector: how much larger each next size is that is searched, and how many
 * hits about a place make it a face. */
#define SCALE 1.1
#define NEIGHBOURS 5

namespace
{

std::vector<cv::Rect>
detect (cv::Mat grey)
{
  static GMutex mutex; /* a classifier serves one thread at a time */
  static std::unique_ptr<cv::CascadeClassifier> classifier;
  std::vector<cv::Rect> boxes;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  cv::equalizeHist (grey, grey);
  if (classifier == nullptr)
    classifier = std::make_unique<cv::CascadeClassifier> (MIEN_FACES_CASCADE);
  classifier->detectMultiScale (grey, boxes, SCALE, NEIGHBOURS, 0, cv::Size (SMALLEST, SMALLEST));
  return boxes;
}

/* Not yet equalised. */
cv::Mat
make_grey (GdkPixbuf *picture, double scale)
{
  const int type = gdk_pixbuf_get_has_alpha (picture) ? CV_8UC4 : CV_8UC3;
  const cv::Mat pixels (gdk_pixbuf_get_height (picture), gdk_pixbuf_get_width (picture), type,
                        const_cast<guint8 *> (gdk_pixbuf_read_pixels (picture)),
                        gdk_pixbuf_get_rowstride (picture));
  cv::Mat grey;

  cv::cvtColor (pixels, grey, type == CV_8UC4 ? cv::COLOR_RGBA2GRAY : cv::COLOR_RGB2GRAY);
  if (scale != 1)
    cv::resize (grey, grey, cv::Size (), scale, scale,
                scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return grey;
}

void
set_error (GError **error, const std::exception &problem)
{
  g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE, _ ("Faces cannot be looked for: %s"),
               problem.what ());
}

}

/**
 * mien_faces_can_find:
 *
 * Returns: whether faces can be looked for: the program was built for it, and OpenCV's data is here
 */
gboolean
mien_faces_can_find (void)
{
  return g_file_test (MIEN_FACES_CASCADE, G_FILE_TEST_IS_REGULAR);
}

/**
 * mien_faces_find:
 * @picture: a picture, of any size
 * @error: return location; `MIEN_DATA_ERROR_FILE` where faces cannot be looked for
 *
 * Looks for faces that are seen from the front, by the cascade of Viola and Jones (2001) that comes
 * with OpenCV. May be called from several threads; one looks, the others wait.
 *
 * Returns: (transfer full) (nullable) (element-type MienFace): from left to right, none found:
 * empty
 */
GArray *
mien_faces_find (GdkPixbuf *picture, GError **error)
{
  const int width = gdk_pixbuf_get_width (picture);
  const int height = gdk_pixbuf_get_height (picture);
  const double scale = std::min (1.0, (double) SEARCHED_SIZE / std::max (width, height));

  /* Not even one fits; and OpenCV makes no picture of a fraction of a pixel. */
  if (scale * std::min (width, height) < SMALLEST)
    return g_array_new (FALSE, FALSE, sizeof (MienFace));

  try
    {
      std::vector<cv::Rect> boxes = detect (make_grey (picture, scale));
      GArray *faces = g_array_new (FALSE, FALSE, sizeof (MienFace));

      std::sort (boxes.begin (), boxes.end (),
                 [] (const cv::Rect &a, const cv::Rect &b) { return a.x < b.x; });
      for (const cv::Rect &box : boxes)
        {
          const int size = std::min ((int) (box.width / scale), std::min (width, height));
          const MienFace face = { std::min ((int) (box.x / scale), width - size),
                                  std::min ((int) (box.y / scale), height - size), size };

          g_array_append_val (faces, face);
        }
      return faces;
    }
  catch (const std::exception &problem)
    {
      set_error (error, problem);
      return NULL;
    }
}

/**
 * mien_faces_measure:
 * @picture: a picture of one face, of any size
 * @share: (out): how much of the picture's shorter side the face takes, 0 to 1, as
 *   mien_faces_find() would mark it in a larger picture; 0: no face is seen
 * @error: return location; as mien_faces_find()
 *
 * Measures the largest face in a picture that may be cut closely to it, or be very small.
 *
 * Returns: %TRUE if faces could be looked for
 */
gboolean
mien_faces_measure (GdkPixbuf *picture, double *share, GError **error)
{
  const int shorter = std::min (gdk_pixbuf_get_width (picture), gdk_pixbuf_get_height (picture));
  const int longer = std::max (gdk_pixbuf_get_width (picture), gdk_pixbuf_get_height (picture));

  *share = 0;
  /* A strip of some pixels is not blown up: no face is in it. */
  if (longer / shorter > 3)
    return TRUE;

  try
    {
      cv::Mat grey = make_grey (picture, (double) MEASURED_SIZE / shorter);

      cv::copyMakeBorder (grey, grey, MARGIN, MARGIN, MARGIN, MARGIN, cv::BORDER_REPLICATE);
      for (const cv::Rect &box : detect (grey))
        *share = std::max (*share, std::min (1.0, (double) box.width / MEASURED_SIZE));
      return TRUE;
    }
  catch (const std::exception &problem)
    {
      set_error (error, problem);
      return FALSE;
    }
}
