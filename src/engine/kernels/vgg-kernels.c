/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/kernels/vgg-kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/kernels/vgg-kernels-tables.h"

/**
 * vgg_kernels_list:
 * @tables: (out caller-allocates): room for tables
 * @n_tables: how many there is room for; 3 are enough
 *
 * Lists the tables that this processor can run, the plain one first and the best last.
 *
 * Returns: how many were written
 */
size_t
vgg_kernels_list (const VggKernels **tables, size_t n_tables)
{
  size_t n = 0;

  if (n < n_tables)
    tables[n++] = &vgg_kernels_plain;

#ifdef VGG_KERNELS_X86
  if (n < n_tables && __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    tables[n++] = &vgg_kernels_avx2;

  if (n < n_tables && __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512dq") &&
      __builtin_cpu_supports ("avx512bw") && __builtin_cpu_supports ("avx512vl") &&
      __builtin_cpu_supports ("fma"))
    tables[n++] = &vgg_kernels_avx512;
#endif

  return n;
}

static const VggKernels *
choose (void)
{
  const VggKernels *tables[3];
  size_t n = vgg_kernels_list (tables, 3);
  const char *mask = getenv ("VGG_CPU_MASK");

  for (size_t i = 0; mask != NULL && i < n; i++)
    {
      if (strcmp (tables[i]->name, mask) == 0)
        return tables[i];
    }

  return tables[n - 1];
}

/**
 * vgg_kernels_get:
 *
 * Returns: the table for this processor, chosen at the first call. The environment variable
 *   VGG_CPU_MASK names the highest instruction set that may be used: "plain" or "avx2"
 */
const VggKernels *
vgg_kernels_get (void)
{
  static _Atomic (const VggKernels *) chosen;
  const VggKernels *table = atomic_load_explicit (&chosen, memory_order_acquire);

  /* Two threads may both choose: they choose the same. */
  if (table == NULL)
    {
      table = choose ();
      atomic_store_explicit (&chosen, table, memory_order_release);
    }

  return table;
}
