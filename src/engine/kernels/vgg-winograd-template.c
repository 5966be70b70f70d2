/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The transforms of Winograd's minimal filtering (Lavin and Gray 2016, section 4), compiled once an
 * instruction set. For a tile d of n x n input pixels and a kernel g of 3x3 taps
 *
 *   y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A
 *
 * is the tile's m x m output, and for the output's gradient e the kernel's gradient is
 * Gᵀ [(Bᵀ d B) ⊙ (A e Aᵀ)] G. The matrices are those of Toom and Cook's algorithm for the points 0,
 * ±a, ±b, …, ∞ (Barabasz et al., "Error analysis and improving the accuracy of Winograd convolution
 * for deep neural networks", 2020, chooses among points): with p_j a point and
 * N_j = Π_{l≠j} (p_j - p_l),
 *
 *   A[j][i] = p_j^i, G[j][k] = p_j^k / N_j, Bᵀ[j][·] = coefficients of Π_{l≠j} (x - p_l).
 *
 * Each row belongs to a point. The rows of p and -p differ in the sign of odd columns only, so that
 * two rows cost little more than one. */

#include "engine/kernels/vgg-vector.h"
#include "engine/kernels/vgg-kernels-set.h"
#include "engine/kernels/vgg-kernels-tables.h"

/* Points 0, ±1, ±2, ±1/2, ∞. */
static const float a6[8 * 6] = {
  1, 0,         0,        0,         0,         0,          /* */
  1, 1,         1,        1,         1,         1,          /* */
  1, -1,        1,        -1,        1,         -1,         /* */
  1, 2,         4,        8,         16,        32,         /* */
  1, -2,        4,        -8,        16,        -32,        /* */
  1, 1.0f / 2,  1.0f / 4, 1.0f / 8,  1.0f / 16, 1.0f / 32,  /* */
  1, -1.0f / 2, 1.0f / 4, -1.0f / 8, 1.0f / 16, -1.0f / 32, /* */
  0, 0,         0,        0,         0,         1,
};
static const float b6[8 * 8] = {
  -1, 0,         21.0f / 4, 0,          -21.0f / 4, 0,          1, 0, /* */
  0,  1,         1,         -17.0f / 4, -17.0f / 4, 1,          1, 0, /* */
  0,  -1,        1,         17.0f / 4,  -17.0f / 4, -1,         1, 0, /* */
  0,  1.0f / 2,  1.0f / 4,  -5.0f / 2,  -5.0f / 4,  2,          1, 0, /* */
  0,  -1.0f / 2, 1.0f / 4,  5.0f / 2,   -5.0f / 4,  -2,         1, 0, /* */
  0,  2,         4,         -5.0f / 2,  -5,         1.0f / 2,   1, 0, /* */
  0,  -2,        4,         5.0f / 2,   -5,         -1.0f / 2,  1, 0, /* */
  0,  -1,        0,         21.0f / 4,  0,          -21.0f / 4, 0, 1,
};
static const float g6[8 * 3] = {
  -1,         0,           0,         /* */
  -2.0f / 9,  -2.0f / 9,   -2.0f / 9, /* */
  -2.0f / 9,  2.0f / 9,    -2.0f / 9, /* */
  1.0f / 90,  1.0f / 45,   2.0f / 45, /* */
  1.0f / 90,  -1.0f / 45,  2.0f / 45, /* */
  32.0f / 45, 16.0f / 45,  8.0f / 45, /* */
  32.0f / 45, -16.0f / 45, 8.0f / 45, /* */
  0,          0,           1,
};

/* Points 0, ±1/2, ±3/2, ∞: half the error of 0, ±1, ±2, ∞. */
static const float a4[6 * 4] = {
  1, 0,         0,        0,          /* */
  1, 1.0f / 2,  1.0f / 4, 1.0f / 8,   /* */
  1, -1.0f / 2, 1.0f / 4, -1.0f / 8,  /* */
  1, 3.0f / 2,  9.0f / 4, 27.0f / 8,  /* */
  1, -3.0f / 2, 9.0f / 4, -27.0f / 8, /* */
  0, 0,         0,        1,
};
static const float b4[6 * 6] = {
  9.0f / 16, 0,         -5.0f / 2, 0,         1, 0, /* */
  0,         -9.0f / 8, -9.0f / 4, 1.0f / 2,  1, 0, /* */
  0,         9.0f / 8,  -9.0f / 4, -1.0f / 2, 1, 0, /* */
  0,         -3.0f / 8, -1.0f / 4, 3.0f / 2,  1, 0, /* */
  0,         3.0f / 8,  -1.0f / 4, -3.0f / 2, 1, 0, /* */
  0,         9.0f / 16, 0,         -5.0f / 2, 0, 1,
};
static const float g4[6 * 3] = {
  16.0f / 9, 0,         0,         /* */
  -1,        -1.0f / 2, -1.0f / 4, /* */
  -1,        1.0f / 2,  -1.0f / 4, /* */
  1.0f / 9,  1.0f / 6,  1.0f / 4,  /* */
  1.0f / 9,  -1.0f / 6, 1.0f / 4,  /* */
  0,         0,         1,
};

/* Sum of row[k] x[k] over k = first, first + step, …; zeros are known when compiling. */
static ALWAYS_INLINE Vector
sum_terms (const float *row, int n, int first, int step, const Vector *x)
{
  Vector sum = { 0 };
  int n_terms = 0;

  UNROLL
  for (int k = first; k < n; k += step)
    {
      if (row[k] == 0.0f)
        continue;

      sum = n_terms++ == 0 ? row[k] * x[k] : sum + row[k] * x[k];
    }

  return sum;
}

/* y = matrix x, for a matrix with n_points rows. */
static ALWAYS_INLINE void
to_points (const float *matrix, int n_points, int n, const Vector *x, Vector *y)
{
  y[0] = sum_terms (matrix, n, 0, 1, x);

  UNROLL
  for (int p = 1; p < n_points - 1; p += 2)
    {
      Vector even = sum_terms (matrix + p * n, n, 0, 2, x);
      Vector odd = sum_terms (matrix + p * n, n, 1, 2, x);

      y[p] = even + odd;
      y[p + 1] = even - odd;
    }

  y[n_points - 1] = sum_terms (matrix + (n_points - 1) * n, n, 0, 1, x);
}

/* y = matrixᵀ x, for the same kind of matrix. */
static ALWAYS_INLINE void
from_points (const float *matrix, int n_points, int n, const Vector *x, Vector *y)
{
  Vector sums[VGG_WINOGRAD_MAX_POINTS];

  /* The points p and -p: their sum at p's place, their difference at the other's. */
  UNROLL
  for (int p = 1; p < n_points - 1; p += 2)
    {
      sums[p] = x[p] + x[p + 1];
      sums[p + 1] = x[p] - x[p + 1];
    }

  UNROLL
  for (int k = 0; k < n; k++)
    {
      Vector sum = { 0 };
      int n_terms = 0;

      if (matrix[k] != 0.0f)
        sum = n_terms++ == 0 ? matrix[k] * x[0] : sum;

      UNROLL
      for (int p = 1; p < n_points - 1; p += 2)
        {
          Vector term = matrix[p * n + k] * sums[k % 2 == 0 ? p : p + 1];

          sum = n_terms++ == 0 ? term : sum + term;
        }

      if (matrix[(n_points - 1) * n + k] != 0.0f)
        sum += matrix[(n_points - 1) * n + k] * x[n_points - 1];

      y[k] = sum;
    }
}

/* matrices (n_points²): B or A applied to both sides of n_in x n_in pixels. `margin` is where they
 * begin within the tile's window. */
static ALWAYS_INLINE void
transform_tiles (const float *matrix,
                 int n_points,
                 int n_in,
                 int margin,
                 const float *block,
                 const VggTiles *tiles,
                 size_t begin,
                 size_t end,
                 float *matrices,
                 size_t stride)
{
  static const float zeros[16] __attribute__ ((aligned (64)));

  for (size_t tile = begin; tile < end; tile++)
    {
      size_t tile_row = tile / tiles->n_tile_columns;
      size_t tile_column = tile % tiles->n_tile_columns;
      const uint32_t *rows = tiles->rows + tile_row * n_points + margin;
      const uint32_t *columns = tiles->columns + tile_column * n_points + margin;
      /* A whole window is in one picture, which the last row of pictures need not have. */
      int whole = tiles->row_whole[tile_row] && tiles->column_whole[tile_column] &&
                  (size_t) rows[0] + columns[0] < tiles->n_pixels;
      float *target = matrices + (tile - begin) * 16;

      for (int part = 0; part < 16; part += VECTOR_LANES)
        {
          Vector half[VGG_WINOGRAD_MAX_POINTS][VGG_WINOGRAD_MAX_POINTS];

          for (int j = 0; j < n_in; j++)
            {
              Vector x[VGG_WINOGRAD_MAX_POINTS], y[VGG_WINOGRAD_MAX_POINTS];

              if (whole)
                {
                  const float *pixel = block + ((size_t) rows[0] + columns[j]) * 16 + part;

                  UNROLL
                  for (int i = 0; i < n_in; i++)
                    x[i] = vector_load (pixel + (size_t) i * tiles->row_pitch * 16);
                }
              else
                {
                  UNROLL
                  for (int i = 0; i < n_in; i++)
                    {
                      size_t pixel = (size_t) rows[i] + columns[j];

                      x[i] = vector_load (pixel < tiles->n_pixels ? block + pixel * 16 + part
                                                                  : zeros);
                    }
                }

              to_points (matrix, n_points, n_in, x, y);
              UNROLL
              for (int i = 0; i < n_points; i++)
                half[i][j] = y[i];
            }

          for (int i = 0; i < n_points; i++)
            {
              Vector y[VGG_WINOGRAD_MAX_POINTS];

              to_points (matrix, n_points, n_in, half[i], y);
              UNROLL
              for (int j = 0; j < n_points; j++)
                vector_store (target + (size_t) (i * n_points + j) * stride + part, y[j]);
            }
        }
    }
}

/* Aᵀ x of the columns of a tile's matrices: (n_points - 2) rows. */
static ALWAYS_INLINE void
restore_columns (const float *matrix,
                 int n_points,
                 const float *matrices,
                 size_t stride,
                 Vector half[VGG_WINOGRAD_MAX_POINTS][VGG_WINOGRAD_MAX_POINTS])
{
  for (int j = 0; j < n_points; j++)
    {
      Vector x[VGG_WINOGRAD_MAX_POINTS], y[VGG_WINOGRAD_MAX_POINTS];

      UNROLL
      for (int i = 0; i < n_points; i++)
        x[i] = vector_load (matrices + (size_t) (i * n_points + j) * stride);

      from_points (matrix, n_points, n_points - 2, x, y);
      UNROLL
      for (int i = 0; i < n_points - 2; i++)
        half[i][j] = y[i];
    }
}

static ALWAYS_INLINE void
put_pixel (float *pixel, Vector value, int relu, int stream)
{
  value = relu ? vector_relu (value) : value;

  if (stream)
    vector_stream (pixel, value);
  else
    vector_store (pixel, value);
}

/* The tiles' output: Aᵀ x A, plus the bias, then ReLU if wanted. `stream`: it will not be found in
 * the caches when it is read. */
static ALWAYS_INLINE void
restore_tiles (const float *matrix,
               int n_points,
               const float *matrices,
               size_t stride,
               const VggTiles *tiles,
               size_t begin,
               size_t end,
               const float *bias,
               int relu,
               int stream,
               float *block)
{
  int n_out = n_points - 2;

  for (size_t tile = begin; tile < end; tile++)
    {
      const uint32_t *rows = tiles->rows + tile / tiles->n_tile_columns * n_points + 1;
      const uint32_t *columns = tiles->columns + tile % tiles->n_tile_columns * n_points + 1;

      for (int part = 0; part < 16; part += VECTOR_LANES)
        {
          Vector half[VGG_WINOGRAD_MAX_POINTS][VGG_WINOGRAD_MAX_POINTS];
          Vector offset = vector_load (bias + part);

          restore_columns (matrix, n_points, matrices + (tile - begin) * 16 + part, stride, half);

          for (int i = 0; i < n_out; i++)
            {
              Vector y[VGG_WINOGRAD_MAX_POINTS];

              from_points (matrix, n_points, n_out, half[i], y);
              UNROLL
              for (int j = 0; j < n_out; j++)
                {
                  size_t pixel = (size_t) rows[i] + columns[j];

                  if (pixel < tiles->n_pixels)
                    put_pixel (block + pixel * 16 + part, y[j] + offset, relu, stream);
                }
            }
        }
    }

  if (stream)
    vector_stream_end ();
}

/* The same with a 2x2 max pool of stride 2 after it, to a block (n, H / 2, W / 2, 16). Sides of
 * maps are even, and pictures are below each other only, with tiles of their own. */
static ALWAYS_INLINE void
restore_pooled_tiles (const float *matrix,
                      int n_points,
                      const float *matrices,
                      size_t stride,
                      const VggTiles *tiles,
                      size_t begin,
                      size_t end,
                      const float *bias,
                      int relu,
                      int stream,
                      float *block)
{
  int n_out = n_points - 2;

  for (size_t tile = begin; tile < end; tile++)
    {
      const uint32_t *rows = tiles->rows + tile / tiles->n_tile_columns * n_points + 1;
      const uint32_t *columns = tiles->columns + tile % tiles->n_tile_columns * n_points + 1;

      for (int part = 0; part < 16; part += VECTOR_LANES)
        {
          Vector half[VGG_WINOGRAD_MAX_POINTS][VGG_WINOGRAD_MAX_POINTS];
          Vector offset = vector_load (bias + part);

          restore_columns (matrix, n_points, matrices + (tile - begin) * 16 + part, stride, half);

          for (int i = 0; i < n_out; i += 2)
            {
              Vector upper[VGG_WINOGRAD_MAX_POINTS], lower[VGG_WINOGRAD_MAX_POINTS];

              from_points (matrix, n_points, n_out, half[i], upper);
              from_points (matrix, n_points, n_out, half[i + 1], lower);

              UNROLL
              for (int j = 0; j < n_out; j += 2)
                {
                  Vector best = vector_max (vector_max (upper[j], upper[j + 1]),
                                            vector_max (lower[j], lower[j + 1]));

                  /* Rows begin at multiples of 2 W, of which two become W / 2. */
                  if ((size_t) rows[i] + columns[j] < tiles->n_pixels)
                    put_pixel (block + ((size_t) rows[i] / 4 + columns[j] / 2) * 16 + part,
                               best + offset, relu, stream);
                }
            }
        }
    }

  if (stream)
    vector_stream_end ();
}

/* G g Gᵀ of every row's taps (n_rows, 9, 16). */
static ALWAYS_INLINE void
transform_taps (const float *matrix,
                int n_points,
                const float *taps,
                size_t n_rows,
                int stream,
                float *matrices,
                size_t stride)
{
  for (size_t row = 0; row < n_rows; row++)
    for (int part = 0; part < 16; part += VECTOR_LANES)
      {
        Vector half[VGG_WINOGRAD_MAX_POINTS][3];

        for (int j = 0; j < 3; j++)
          {
            Vector x[3], y[VGG_WINOGRAD_MAX_POINTS];

            UNROLL
            for (int i = 0; i < 3; i++)
              x[i] = vector_load (taps + (row * 9 + (size_t) (i * 3 + j)) * 16 + part);

            to_points (matrix, n_points, 3, x, y);
            UNROLL
            for (int i = 0; i < n_points; i++)
              half[i][j] = y[i];
          }

        for (int i = 0; i < n_points; i++)
          {
            Vector y[VGG_WINOGRAD_MAX_POINTS];

            to_points (matrix, n_points, 3, half[i], y);
            UNROLL
            for (int j = 0; j < n_points; j++)
              {
                float *target = matrices + (size_t) (i * n_points + j) * stride + row * 16 + part;

                if (stream)
                  vector_stream (target, y[j]);
                else
                  vector_store (target, y[j]);
              }
          }
      }

  if (stream)
    vector_stream_end ();
}

/* Gᵀ x G of every row, to taps (n_rows, 9, 16). */
static ALWAYS_INLINE void
restore_taps (const float *matrix,
              int n_points,
              const float *matrices,
              size_t stride,
              size_t n_rows,
              float *taps)
{
  for (size_t row = 0; row < n_rows; row++)
    for (int part = 0; part < 16; part += VECTOR_LANES)
      {
        Vector half[3][VGG_WINOGRAD_MAX_POINTS];

        for (int j = 0; j < n_points; j++)
          {
            Vector x[VGG_WINOGRAD_MAX_POINTS], y[3];

            UNROLL
            for (int i = 0; i < n_points; i++)
              x[i] = vector_load (matrices + (size_t) (i * n_points + j) * stride + row * 16 +
                                  part);

            from_points (matrix, n_points, 3, x, y);
            UNROLL
            for (int i = 0; i < 3; i++)
              half[i][j] = y[i];
          }

        UNROLL
        for (int i = 0; i < 3; i++)
          {
            Vector y[3];

            from_points (matrix, n_points, 3, half[i], y);
            UNROLL
            for (int j = 0; j < 3; j++)
              vector_store (taps + (row * 9 + (size_t) (i * 3 + j)) * 16 + part, y[j]);
          }
      }
}

/* The functions of one tile size. */
#define DEFINE_TILE(m)                                                                             \
  static void transform_input##m (const float *block, const VggTiles *tiles, size_t begin,         \
                                  size_t end, float *matrices, size_t stride)                      \
  {                                                                                                \
    transform_tiles (b##m, m + 2, m + 2, 0, block, tiles, begin, end, matrices, stride);           \
  }                                                                                                \
  static void transform_gradient##m (const float *block, const VggTiles *tiles, size_t begin,      \
                                     size_t end, float *matrices, size_t stride)                   \
  {                                                                                                \
    transform_tiles (a##m, m + 2, m, 1, block, tiles, begin, end, matrices, stride);               \
  }                                                                                                \
  static void restore_output##m (const float *matrices, size_t stride, const VggTiles *tiles,      \
                                 size_t begin, size_t end, const float *bias, int relu,            \
                                 int stream, float *block)                                         \
  {                                                                                                \
    restore_tiles (a##m, m + 2, matrices, stride, tiles, begin, end, bias, relu, stream, block);   \
  }                                                                                                \
  static void restore_pooled##m (const float *matrices, size_t stride, const VggTiles *tiles,      \
                                 size_t begin, size_t end, const float *bias, int relu,            \
                                 int stream, float *block)                                         \
  {                                                                                                \
    restore_pooled_tiles (a##m, m + 2, matrices, stride, tiles, begin, end, bias, relu, stream,    \
                          block);                                                                  \
  }                                                                                                \
  static void transform_kernel##m (const float *taps, size_t n_rows, int stream, float *matrices,  \
                                   size_t stride)                                                  \
  {                                                                                                \
    transform_taps (g##m, m + 2, taps, n_rows, stream, matrices, stride);                          \
  }                                                                                                \
  static void restore_kernel##m (const float *matrices, size_t stride, size_t n_rows, float *taps) \
  {                                                                                                \
    restore_taps (g##m, m + 2, matrices, stride, n_rows, taps);                                    \
  }

DEFINE_TILE (4)
DEFINE_TILE (6)

const VggWinogradKernels VGG_KERNEL (winograd)[2] = {
  { 4, 6, transform_input4, transform_gradient4, restore_output4, restore_pooled4,
    transform_kernel4, restore_kernel4 },
  { 6, 8, transform_input6, transform_gradient6, restore_output6, restore_pooled6,
    transform_kernel6, restore_kernel6 },
};
