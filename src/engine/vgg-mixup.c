/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-mixup.h"

#include <string.h>

/* Numbers of a picture that are mixed at a time: those of the first picture are kept aside. */
#define CHUNK 1024

/**
 * vgg_mixup_new:
 * @alpha: of the beta distribution that shares are drawn from, above 0 and at most 1
 * @batch: pictures in the largest batch, at least 1
 *
 * Returns: (transfer full): what mixes batches
 */
VggMixup *
vgg_mixup_new (float alpha, guint batch)
{
  VggMixup *self = g_new0 (VggMixup, 1);

  self->alpha = alpha;
  self->order = g_new (guint, batch);
  self->other_labels = g_new (guint, batch);
  self->share = 1;
  return self;
}

/**
 * vgg_mixup_free:
 * @self: (transfer full) (nullable): what mixes batches
 */
void
vgg_mixup_free (VggMixup *self)
{
  if (self == NULL)
    return;

  g_free (self->order);
  g_free (self->other_labels);
  g_free (self);
}

static void
mix (float *own, const float *other, float share, gsize n)
{
  const float rest = 1.0f - share;

  for (gsize i = 0; i < n; i++)
    own[i] = share * own[i] + rest * other[i];
}

/**
 * vgg_mixup_batch:
 * @self: what mixes batches
 * @pictures: (inout): (n, length)
 * @length: numbers in a picture
 * @labels: (n)
 * @n: pictures, at least 1 and at most the batch
 * @random: moved on by the share and by the order
 *
 * Mixup (Zhang et al., "mixup: Beyond Empirical Risk Minimization", arXiv:1710.09412): one share is
 * drawn for the batch, from Beta (alpha, alpha), and each picture becomes the share of itself and
 * the rest of another one. Which one is drawn too: the pictures form a ring, so that none is mixed
 * with itself but a single one. The share and the others' labels are kept for the loss, see
 * #VggLossOptions. Takes no memory.
 */
void
vgg_mixup_batch (VggMixup *self,
                 float *pictures,
                 gsize length,
                 const guint *labels,
                 guint n,
                 VggRandom *random)
{
  float first[CHUNK];

  g_return_if_fail (n > 0);

  self->share = vgg_random_beta (random, self->alpha, self->alpha);
  for (guint i = 0; i < n; i++)
    self->order[i] = i;
  vgg_random_shuffle (random, self->order, n);
  for (guint i = 0; i < n; i++)
    self->other_labels[self->order[i]] = labels[self->order[(i + 1) % n]];

  for (gsize begin = 0; begin < length; begin += CHUNK)
    {
      const gsize count = MIN (CHUNK, length - begin);

      memcpy (first, pictures + self->order[0] * length + begin, count * sizeof *first);
      for (guint i = 0; i < n; i++)
        mix (pictures + self->order[i] * length + begin,
             i + 1 < n ? pictures + self->order[i + 1] * length + begin : first,
             (float) self->share, count);
    }
}
