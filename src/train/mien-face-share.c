/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-face-share.h"

#include <stdlib.h>

#include "data/mien-faces.h"
#include "data/mien-picture.h"

/* So many pictures tell what the others are. */
#define MAX_SAMPLES 60

/* Of pictures of faces the detector sees two in three, of drawn ones every other; of pictures of
 * anything else next to none. */
#define FEW 3

/* A face that takes less of a picture is not what the picture is of. */
#define SMALLEST_SHARE 0.4

static int
compare (gconstpointer a, gconstpointer b)
{
  const double left = *(const double *) a;
  const double right = *(const double *) b;

  return left < right ? -1 : left > right;
}

/**
 * mien_face_share_measure:
 * @dataset: a data set
 * @pictures: (array length=n): what is learnt from
 * @n: how many
 * @cancellable: (nullable): ends it
 *
 * Finds out whether pictures are of one face each, and how closely they are cut to it, from sixty
 * of them at most, taken at even distances.
 *
 * Returns: how much of a picture's shorter side its face takes, 0.4 to 1, the median of those where
 *   it is seen; 0: these are no pictures of faces, or faces cannot be looked for, or it was ended
 */
double
mien_face_share_measure (MienDataset *dataset,
                         const guint *pictures,
                         guint n,
                         GCancellable *cancellable)
{
  const guint n_samples = MIN (n, MAX_SAMPLES);
  double shares[MAX_SAMPLES];
  guint n_seen = 0;

  if (!mien_faces_can_find ())
    return 0;

  for (guint i = 0; i < n_samples; i++)
    {
      const MienPicture *sample = mien_dataset_get_picture (dataset,
                                                            pictures[(gsize) i * n / n_samples]);
      g_autoptr (GdkPixbuf) picture = NULL;
      double share;

      if (g_cancellable_is_cancelled (cancellable))
        return 0;

      /* What cannot be read is told of where it is learnt from. */
      picture = mien_picture_decode (sample->path, MIEN_PICTURE_MAX_PIXELS, NULL);
      if (picture != NULL && mien_faces_measure (picture, &share, NULL) && share >= SMALLEST_SHARE)
        shares[n_seen++] = share;
    }

  if (n_seen == 0 || n_seen * FEW < n_samples)
    return 0;

  qsort (shares, n_seen, sizeof *shares, compare);
  return shares[(n_seen - 1) / 2];
}
