/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-profile.h"

#include <time.h>

/**
 * vgg_profile_now:
 *
 * Reads a clock that is fine enough for a single layer: g_get_monotonic_time() counts microseconds,
 * which small layers take few of.
 *
 * Returns: seconds since some moment; only differences mean anything
 */
double
vgg_profile_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);

  return now.tv_sec + now.tv_nsec * 1e-9;
}
