/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The products of convolutions, compiled once an instruction set. A micro-kernel keeps a small tile
 * of the result in registers: its rows times its vectors, plus the vectors of one row of the second
 * factor and one number of the first, fill them (Goto and van de Geijn, "Anatomy of
 * high-performance matrix multiplication", 2008). */

#include "engine/kernels/vgg-kernels-set.h"
#include "engine/kernels/vgg-kernels-tables.h"
#include "engine/kernels/vgg-vector.h"

#if defined(__AVX512F__) /* 32 registers of a whole block */
#define TILE_ROWS 6
#define TILE_BLOCKS 4
#define OUTER_ROWS 8
#define OUTER_BLOCKS 3
#elif defined(__AVX2__) /* 16 registers of half a block */
#define TILE_ROWS 6
#define TILE_BLOCKS 1
#define OUTER_ROWS 4
#define OUTER_BLOCKS 1
#else /* as few as 16 registers of a quarter of a block */
#define TILE_ROWS 3
#define TILE_BLOCKS 1
#define OUTER_ROWS 2
#define OUTER_BLOCKS 1
#endif

/* Rows of the second factor that are used for all rows of the first before the next ones: with
 * TILE_BLOCKS blocks they stay in the first level cache. */
#define DEPTH_BLOCKS 6
#define OUTER_DEPTH 128

/* result (blocks, rows, 16) (+)= rows (n_in_blocks, rows, 16) kernel (blocks, 16 n_in_blocks, 16),
 * for a few rows and blocks. */
static ALWAYS_INLINE void
product_tile (const float *rows,
              size_t rows_stride,
              const float *kernel,
              size_t kernel_stride,
              size_t n_in_blocks,
              int accumulate,
              float *result,
              size_t result_stride,
              const int n_rows,
              const int n_blocks)
{
  Vector sums[TILE_ROWS][TILE_BLOCKS * VECTORS];

  UNROLL
  for (int r = 0; r < n_rows; r++)
    UNROLL
  for (int v = 0; v < n_blocks * VECTORS; v++)
    sums[r][v] = accumulate ? vector_load (result + (size_t) (v / VECTORS) * result_stride +
                                           r * 16 + v % VECTORS * VECTOR_LANES)
                            : (Vector){ 0 };

  for (size_t block = 0; block < n_in_blocks; block++)
    {
      const float *numbers = rows + block * rows_stride;
      const float *factors = kernel + block * 16 * 16;

      _Pragma ("GCC unroll 2") for (int k = 0; k < 16; k++)
      {
        Vector factor[TILE_BLOCKS * VECTORS];

        UNROLL
        for (int v = 0; v < n_blocks * VECTORS; v++)
          factor[v] = vector_load (factors + (size_t) (v / VECTORS) * kernel_stride + k * 16 +
                                   v % VECTORS * VECTOR_LANES);

        UNROLL
        for (int r = 0; r < n_rows; r++)
          {
            float number = numbers[r * 16 + k];

            UNROLL
            for (int v = 0; v < n_blocks * VECTORS; v++)
              sums[r][v] += number * factor[v];
          }
      }
    }

  UNROLL
  for (int r = 0; r < n_rows; r++)
    UNROLL
  for (int v = 0; v < n_blocks * VECTORS; v++)
    vector_store (result + (size_t) (v / VECTORS) * result_stride + r * 16 +
                    v % VECTORS * VECTOR_LANES,
                  sums[r][v]);
}

#define PRODUCT_ROWS(n)                                                                            \
  case n:                                                                                          \
    product_tile (rows, rows_stride, kernel, kernel_stride, n_in_blocks, accumulate, result,       \
                  result_stride, n, n_blocks);                                                     \
    break;

/* Tiles of rows from which on there is time to fetch what comes next. */
#define FETCH_TILES 8

/* Asks for part `part` of n_parts of what a product of the same size at `next` needs of a kernel:
 * kernels come from memory, which idles as long as all rows are multiplied with the same part of
 * them. Addresses may be beyond the kernel's end. */
static ALWAYS_INLINE void
fetch_ahead (const float *next,
             size_t kernel_stride,
             size_t n_in_blocks,
             size_t part,
             size_t n_parts,
             const int n_blocks)
{
  size_t n_lines = n_in_blocks * 16;
  size_t begin = part * n_lines / n_parts;
  size_t end = (part + 1) * n_lines / n_parts;

  for (size_t line = begin; line < end; line++)
    UNROLL
  for (int block = 0; block < n_blocks; block++)
    __builtin_prefetch (next + (size_t) block * kernel_stride + line * 16, 0, 2);
}

/* All rows with a number of blocks that is known when compiling. */
static ALWAYS_INLINE void
product_rows (const float *rows,
              size_t rows_stride,
              const float *kernel,
              const float *next,
              size_t kernel_stride,
              size_t n_rows,
              size_t n_in_blocks,
              int accumulate,
              float *result,
              size_t result_stride,
              const int n_blocks)
{
  size_t n_tiles = n_rows / TILE_ROWS;

  for (size_t tile = 0; tile < n_tiles; tile++, n_rows -= TILE_ROWS)
    {
      if (n_tiles >= FETCH_TILES)
        fetch_ahead (next, kernel_stride, n_in_blocks, tile, n_tiles, n_blocks);
      product_tile (rows, rows_stride, kernel, kernel_stride, n_in_blocks, accumulate, result,
                    result_stride, TILE_ROWS, n_blocks);
      rows += TILE_ROWS * 16;
      result += TILE_ROWS * 16;
    }

  switch (n_rows)
    {
#if TILE_ROWS > 3
      PRODUCT_ROWS (5)
      PRODUCT_ROWS (4)
      PRODUCT_ROWS (3)
#endif
      PRODUCT_ROWS (2)
      PRODUCT_ROWS (1)
    default:
      break;
    }
}

/* result (n_out_blocks, n_rows, 16) (+)= rows (n_in_blocks, n_rows, 16)
 * kernel (n_out_blocks, 16 n_in_blocks, 16); strides are floats from block to block. */
static void
product (const float *rows,
         size_t rows_stride,
         const float *kernel,
         size_t kernel_stride,
         size_t n_rows,
         size_t n_in_blocks,
         size_t n_out_blocks,
         int accumulate,
         float *result,
         size_t result_stride)
{
  for (size_t out = 0; out < n_out_blocks; out += TILE_BLOCKS)
    for (size_t in = 0; in < n_in_blocks; in += DEPTH_BLOCKS)
      {
        size_t n_in = n_in_blocks - in < DEPTH_BLOCKS ? n_in_blocks - in : DEPTH_BLOCKS;
        const float *r = rows + in * rows_stride;
        const float *k = kernel + out * kernel_stride + in * 16 * 16;
        const float *next = in + n_in < n_in_blocks ? k + n_in * 16 * 16
                                                    : kernel + (out + TILE_BLOCKS) * kernel_stride;
        float *t = result + out * result_stride;
        int add = accumulate || in > 0;

        switch (n_out_blocks - out)
          {
#if TILE_BLOCKS > 1
          case 1:
            product_rows (r, rows_stride, k, next, kernel_stride, n_rows, n_in, add, t,
                          result_stride, 1);
            break;
          case 2:
            product_rows (r, rows_stride, k, next, kernel_stride, n_rows, n_in, add, t,
                          result_stride, 2);
            break;
          case 3:
            product_rows (r, rows_stride, k, next, kernel_stride, n_rows, n_in, add, t,
                          result_stride, 3);
            break;
#endif
          default:
            product_rows (r, rows_stride, k, next, kernel_stride, n_rows, n_in, add, t,
                          result_stride, TILE_BLOCKS);
            break;
          }
      }
}

/* result (blocks, rows, 16) (+)= inputᵀ gradient over n_rows tiles, for a few channels of one block
 * and a few blocks of gradient. */
static ALWAYS_INLINE void
outer_tile (const float *input,
            const float *gradient,
            size_t gradient_stride,
            size_t n_rows,
            int accumulate,
            float *result,
            size_t result_stride,
            const int n_blocks)
{
  Vector sums[OUTER_ROWS][OUTER_BLOCKS * VECTORS];

  UNROLL
  for (int r = 0; r < OUTER_ROWS; r++)
    UNROLL
  for (int v = 0; v < n_blocks * VECTORS; v++)
    sums[r][v] = accumulate ? vector_load (result + (size_t) (v / VECTORS) * result_stride +
                                           r * 16 + v % VECTORS * VECTOR_LANES)
                            : (Vector){ 0 };

  for (size_t row = 0; row < n_rows; row++)
    {
      Vector factor[OUTER_BLOCKS * VECTORS];

      UNROLL
      for (int v = 0; v < n_blocks * VECTORS; v++)
        factor[v] = vector_load (gradient + (size_t) (v / VECTORS) * gradient_stride + row * 16 +
                                 v % VECTORS * VECTOR_LANES);

      UNROLL
      for (int r = 0; r < OUTER_ROWS; r++)
        {
          float number = input[row * 16 + (size_t) r];

          UNROLL
          for (int v = 0; v < n_blocks * VECTORS; v++)
            sums[r][v] += number * factor[v];
        }
    }

  UNROLL
  for (int r = 0; r < OUTER_ROWS; r++)
    UNROLL
  for (int v = 0; v < n_blocks * VECTORS; v++)
    vector_store (result + (size_t) (v / VECTORS) * result_stride + r * 16 +
                    v % VECTORS * VECTOR_LANES,
                  sums[r][v]);
}

static ALWAYS_INLINE void
outer_blocks (const float *input,
              size_t input_stride,
              size_t n_in_blocks,
              const float *gradient,
              size_t gradient_stride,
              size_t n_rows,
              int accumulate,
              float *result,
              size_t result_stride,
              const int n_blocks)
{
  for (size_t in = 0; in < n_in_blocks; in++)
    for (int channel = 0; channel < 16; channel += OUTER_ROWS)
      outer_tile (input + in * input_stride + channel, gradient, gradient_stride, n_rows,
                  accumulate, result + (in * 16 + (size_t) channel) * 16, result_stride, n_blocks);
}

/* result (n_out_blocks, 16 n_in_blocks, 16) (+)= input (n_in_blocks, n_rows, 16)ᵀ
 * gradient (n_out_blocks, n_rows, 16). */
static void
outer_product (const float *input,
               size_t input_stride,
               size_t n_in_blocks,
               const float *gradient,
               size_t gradient_stride,
               size_t n_out_blocks,
               size_t n_rows,
               int accumulate,
               float *result,
               size_t result_stride)
{
  /* Groups of blocks of about equal size: four as two and two, not as three and one. */
  size_t n_groups = (n_out_blocks + OUTER_BLOCKS - 1) / OUTER_BLOCKS;
  size_t out = 0;

  for (size_t group = 0; group < n_groups; group++)
    {
      size_t n_out = (n_out_blocks - out + n_groups - group - 1) / (n_groups - group);

      for (size_t row = 0; row < n_rows; row += OUTER_DEPTH)
        {
          size_t n = n_rows - row < OUTER_DEPTH ? n_rows - row : OUTER_DEPTH;
          const float *i = input + row * 16;
          const float *g = gradient + out * gradient_stride + row * 16;
          float *t = result + out * result_stride;
          int add = accumulate || row > 0;

          switch (n_out)
            {
#if OUTER_BLOCKS > 1
            case 1:
              outer_blocks (i, input_stride, n_in_blocks, g, gradient_stride, n, add, t,
                            result_stride, 1);
              break;
            case 2:
              outer_blocks (i, input_stride, n_in_blocks, g, gradient_stride, n, add, t,
                            result_stride, 2);
              break;
#endif
            default:
              outer_blocks (i, input_stride, n_in_blocks, g, gradient_stride, n, add, t,
                            result_stride, OUTER_BLOCKS);
              break;
            }
        }

      out += n_out;
    }
}

/* A row of the first layer's output for a few pixels and blocks. Its input has three channels, each
 * with the rows above, at and below: nine rows, padded by a pixel on the left. */
static ALWAYS_INLINE void
first_tile (const float *rows,
            size_t row_stride,
            const float *kernel,
            size_t n_out_blocks,
            const float *bias,
            int relu,
            float *output,
            size_t block_stride,
            const int n_pixels,
            const int n_blocks)
{
  Vector sums[TILE_ROWS][TILE_BLOCKS * VECTORS];

  UNROLL
  for (int p = 0; p < n_pixels; p++)
    UNROLL
  for (int v = 0; v < n_blocks * VECTORS; v++)
    sums[p][v] = vector_load (bias + v * VECTOR_LANES);

  for (int row = 0; row < 9; row++)
    UNROLL
  for (int k = 0; k < 3; k++)
    {
      Vector factor[TILE_BLOCKS * VECTORS];

      UNROLL
      for (int v = 0; v < n_blocks * VECTORS; v++)
        factor[v] = vector_load (kernel + (size_t) (row * 3 + k) * n_out_blocks * 16 +
                                 v * VECTOR_LANES);

      UNROLL
      for (int p = 0; p < n_pixels; p++)
        {
          float number = rows[(size_t) row * row_stride + (size_t) (p + k)];

          UNROLL
          for (int v = 0; v < n_blocks * VECTORS; v++)
            sums[p][v] += number * factor[v];
        }
    }

  UNROLL
  for (int p = 0; p < n_pixels; p++)
    UNROLL
  for (int v = 0; v < n_blocks * VECTORS; v++)
    vector_store (output + (size_t) (v / VECTORS) * block_stride + p * 16 +
                    v % VECTORS * VECTOR_LANES,
                  relu ? vector_relu (sums[p][v]) : sums[p][v]);
}

static ALWAYS_INLINE void
first_blocks (const float *rows,
              size_t row_stride,
              size_t width,
              const float *kernel,
              size_t n_out_blocks,
              const float *bias,
              int relu,
              float *output,
              size_t block_stride,
              const int n_blocks)
{
  size_t x = 0;

  for (; x + TILE_ROWS <= width; x += TILE_ROWS)
    first_tile (rows + x, row_stride, kernel, n_out_blocks, bias, relu, output + x * 16,
                block_stride, TILE_ROWS, n_blocks);

  for (; x < width; x++)
    first_tile (rows + x, row_stride, kernel, n_out_blocks, bias, relu, output + x * 16,
                block_stride, 1, n_blocks);
}

/* One row of output (n_out_blocks, width, 16) from rows (9, row_stride), kernel (27, blocks, 16)
 * and bias (blocks, 16), the kernel's first dimension in the order channel, ky, kx. */
static void
first_forward (const float *rows,
               size_t row_stride,
               size_t width,
               const float *kernel,
               size_t n_out_blocks,
               const float *bias,
               int relu,
               float *output,
               size_t block_stride)
{
  size_t out = 0;

  for (; out + TILE_BLOCKS <= n_out_blocks; out += TILE_BLOCKS)
    first_blocks (rows, row_stride, width, kernel + out * 16, n_out_blocks, bias + out * 16, relu,
                  output + out * block_stride, block_stride, TILE_BLOCKS);

  for (; out < n_out_blocks; out++)
    first_blocks (rows, row_stride, width, kernel + out * 16, n_out_blocks, bias + out * 16, relu,
                  output + out * block_stride, block_stride, 1);
}

/* kernel_gradient (27, blocks, 16) += what a row of the output's gradient (blocks, width, 16) gives
 * for the nine rows of input. */
static void
first_gradient (const float *rows,
                size_t row_stride,
                size_t width,
                const float *gradient,
                size_t block_stride,
                size_t n_out_blocks,
                float *kernel_gradient)
{
  for (size_t out = 0; out < n_out_blocks; out++)
    for (int part = 0; part < 16; part += VECTOR_LANES)
      for (int channel = 0; channel < 3; channel++)
        {
          const float *window = rows + (size_t) channel * 3 * row_stride;
          float *target = kernel_gradient + ((size_t) channel * 9 * n_out_blocks + out) * 16 + part;
          Vector sums[9] = { { 0 } };

          for (size_t x = 0; x < width; x++)
            {
              Vector factor = vector_load (gradient + out * block_stride + x * 16 + part);

              UNROLL
              for (int k = 0; k < 9; k++)
                sums[k] += window[(size_t) (k / 3) * row_stride + x + (size_t) (k % 3)] * factor;
            }

          UNROLL
          for (int k = 0; k < 9; k++)
            {
              float *sum = target + (size_t) k * n_out_blocks * 16;

              vector_store (sum, vector_load (sum) + sums[k]);
            }
        }
}

const VggConvKernels VGG_KERNEL (conv_kernels) = {
  .winograd = VGG_KERNEL (winograd),
  .product_rows = TILE_ROWS,
  .product = product,
  .outer_product = outer_product,
  .first_forward = first_forward,
  .first_gradient = first_gradient,
};
