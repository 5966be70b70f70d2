/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/kernels/vgg-float-mode.h"

#if defined(__x86_64__)

#include <xmmintrin.h>

/* Bits 15 and 6 of MXCSR: results and operands below the normal range count as 0. */
#define FLUSH 0x8040u

static uint64_t
get_mode (void)
{
  return _mm_getcsr ();
}

static void
set_mode (uint64_t mode)
{
  _mm_setcsr ((unsigned int) mode);
}

#elif defined(__aarch64__)

/* Bit 24 of FPCR, flush to zero. */
#define FLUSH (UINT64_C (1) << 24)

static uint64_t
get_mode (void)
{
  uint64_t mode;

  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));

  return mode;
}

static void
set_mode (uint64_t mode)
{
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
}

#else

#define FLUSH 0u

static uint64_t
get_mode (void)
{
  return 0;
}

static void
set_mode (uint64_t mode)
{
}

#endif

/**
 * vgg_float_mode_enter:
 *
 * Makes the calling thread treat numbers below the normal range of floats as 0, until
 * vgg_float_mode_leave(). Gradients of pictures that a network is sure of end up there, and
 * processors take a hundred times longer over such numbers.
 *
 * Returns: what to hand to vgg_float_mode_leave()
 */
uint64_t
vgg_float_mode_enter (void)
{
  uint64_t mode = get_mode ();

  if ((mode & FLUSH) != FLUSH)
    set_mode (mode | FLUSH);

  return mode;
}

/**
 * vgg_float_mode_leave:
 * @mode: what vgg_float_mode_enter() returned
 *
 * Puts the thread back to how it was.
 */
void
vgg_float_mode_leave (uint64_t mode)
{
  if ((mode & FLUSH) != FLUSH)
    set_mode (mode);
}
