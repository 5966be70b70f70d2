/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which algorithm, tile and chunks a pass takes: the cheapest by a model of its costs. Everything
 * is counted in multiply-adds at the speed of the products, which is what most of the time goes to;
 * bytes and transforms have prices in them, measured once for each instruction set. The choice
 * depends on nothing that changes from run to run, so that results do not either. */

#include <unistd.h>

#include "engine/kernels/vgg-kernels.h"
#include "engine/vgg-winograd-private.h"

/* For systems that do not tell. */
#define DEFAULT_L2_BYTES (1024 * 1024)

/* What chunks of tiles may take that parts share. */
#define SHARED_CHUNK_BYTES (64 * 1024 * 1024)

/* Where the table of a block's tile cannot tell a pixel's place any more. */
#define MAX_PIXELS ((gsize) 1 << 30)

#define TAPS 9

/* What a byte costs in the second level cache, of what it costs in the last. */
#define NEAR 0.2

/* A multiply-add of a kernel's gradient, whose sums go through memory for every chunk of tiles. */
#define OUTER_PRODUCT 1.35

/* Multiply-adds that something costs. */
typedef struct
{
  const char *kernels;
  double input[2];    /* a tile's block of input to its matrices: 4x4, 6x6 */
  double output[2];   /* back to output */
  double gradient[2]; /* of output to its matrices */
  double kernel;      /* 16 x 16 kernels to their matrices, or back */
  double memory_byte; /* from or to memory, a thread */
  double cache_byte;  /* from or to the last level cache */
  double first;       /* a multiply-add of the first layer's kernel */
  double im2col;      /* and of a matrix product by OpenBLAS, with its unfolding */
} Prices;

static const Prices prices[] = {
  { "plain", { 3e3, 11e3 }, { 2.2e3, 5.7e3 }, { 2.5e3, 11e3 }, 45e3, 1.3, 0.6, 1.1, 1 },
  { "avx2", { 6.5e3, 20e3 }, { 4e3, 10e3 }, { 5e3, 18e3 }, 150e3, 3.5, 1.5, 1.2, 1.3 },
  { "avx512", { 7.9e3, 16e3 }, { 4.3e3, 11e3 }, { 5.2e3, 15e3 }, 300e3, 6.5, 3.3, 1.2, 1.4 },
};

/* A way to cut a pass, and what is known of it. */
typedef struct
{
  const VggConvShape *shape;
  VggPassKind pass;
  gsize batch;
  guint n_parts;
  gboolean kept;
  const Prices *prices;
  gsize l2_bytes;
} Model;

static gsize
l2_bytes (void)
{
  long size = -1;

#ifdef _SC_LEVEL2_CACHE_SIZE
  size = sysconf (_SC_LEVEL2_CACHE_SIZE);
#endif

  return size > 0 ? (gsize) size : DEFAULT_L2_BYTES;
}

static const Prices *
current_prices (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (prices); i++)
    {
      if (g_str_equal (prices[i].kernels, vgg_kernels_get ()->name))
        return &prices[i];
    }

  return &prices[0];
}

static gsize
divide_up (gsize n, gsize by)
{
  return (n + by - 1) / by;
}

/* What is special where parts have their part of the kernel: it is transformed in the cache, the
 * input's matrices are read by every group of results, and the results' are added to at every step
 * of the depth. */
static double
own_kernel_work (const Model *model, const VggConvChoice *choice, double matrices, gsize n_tiles)
{
  const Prices *price = model->prices;
  gboolean turned = model->pass == VGG_PASS_INPUT_GRADIENT;
  gsize in = vgg_winograd_blocks (turned ? model->shape->out_channels : model->shape->in_channels);
  gsize out = vgg_winograd_blocks (turned ? model->shape->in_channels : model->shape->out_channels);
  VggWinogradMemory memory = vgg_winograd_memory (model->shape, choice, model->batch);
  double block_bytes = matrices * n_tiles * VGG_BLOCK * sizeof (float);
  gsize n_groups = divide_up (out, VGG_WINOGRAD_RESULT_GROUP);
  gsize n_steps = divide_up (in, VGG_WINOGRAD_DEPTH_STEP);
  gboolean near = (memory.slice + memory.group) * sizeof (float) < model->l2_bytes * 0.75;

  return in * out * price->kernel + block_bytes * in * (1 + n_groups) * price->cache_byte +
         2 * block_bytes * out * n_steps * price->cache_byte * (near ? NEAR : 1);
}

/* Multiply-adds of all parts together for a pass by Winograd's algorithm. */
static double
winograd_work (const Model *model, const VggConvChoice *choice, gsize n_tiles)
{
  const Prices *price = model->prices;
  const gsize size = choice->tile == 6 ? 1 : 0;
  gsize in = vgg_winograd_blocks (model->shape->in_channels);
  gsize out = vgg_winograd_blocks (model->shape->out_channels);
  double matrices = (choice->tile + 2) * (choice->tile + 2);
  double pixels = (double) model->batch * model->shape->height * model->shape->width;
  double kernel_bytes = matrices * in * out * VGG_BLOCK * VGG_BLOCK * sizeof (float);
  double chunk_bytes = matrices * (in + out) * choice->chunk * VGG_BLOCK * sizeof (float);
  double tile_bytes = chunk_bytes / choice->chunk;
  double map_bytes = pixels * (in + out) * VGG_BLOCK * sizeof (float);
  double near_bytes = model->l2_bytes * 0.75;
  gsize rows = vgg_kernels_get ()->conv->product_rows;
  double work = matrices * in * out * VGG_BLOCK * VGG_BLOCK * n_tiles;

  if (model->pass == VGG_PASS_KERNEL_GRADIENT)
    {
      work *= OUTER_PRODUCT;
      work += n_tiles * (in * price->input[size] + out * price->gradient[size]);
      work += in * out * price->kernel;

      if (choice->cut == VGG_CONV_OWN_TILES)
        {
          /* Each chunk reads and writes the part's matrices of the whole kernel. */
          work += 2 * kernel_bytes * choice->n_chunks * price->cache_byte *
                  (kernel_bytes + chunk_bytes < near_bytes ? NEAR : 1);
          work += 2 * kernel_bytes * model->n_parts * price->memory_byte;
        }
      else
        {
          /* The input's matrices are read for every group of output blocks, and the other way
           * round. */
          double reads = tile_bytes * in / (in + out) * divide_up (out, VGG_WINOGRAD_OUT_GROUP) +
                         tile_bytes * out / (in + out) * divide_up (in, VGG_WINOGRAD_IN_GROUP);

          work += (tile_bytes + reads) * n_tiles * price->cache_byte;
          if (choice->n_chunks > 1)
            work += 2 * kernel_bytes * choice->n_chunks * price->memory_byte;
        }

      return work + map_bytes * price->memory_byte;
    }

  /* Rows that fill no whole tile of the product's registers cost as much as those that do. */
  work *= (double) divide_up (choice->chunk, rows) * rows / choice->chunk;

  /* In the gradient of the input the roles are exchanged. */
  if (model->pass == VGG_PASS_FORWARD)
    work += n_tiles * (in * price->input[size] + out * price->output[size]);
  else
    work += n_tiles * (out * price->input[size] + in * price->output[size]);

  if (choice->cut == VGG_CONV_OWN_KERNEL)
    return work + own_kernel_work (model, choice, matrices, n_tiles) +
           map_bytes * price->memory_byte;

  if (!model->kept)
    work += in * out * price->kernel + kernel_bytes * price->memory_byte;

  /* The kernel's matrices come from memory, for other layers ran since they were last used, and
   * then are read for every chunk, by every part of its own chunk. */
  work += kernel_bytes * price->memory_byte;
  work += kernel_bytes * (choice->n_chunks - 1) * price->cache_byte *
          (kernel_bytes + chunk_bytes < near_bytes ? NEAR : 1);
  if (choice->cut == VGG_CONV_SHARED_TILES || chunk_bytes > near_bytes)
    work += 4 * tile_bytes * n_tiles * price->cache_byte;

  return work + map_bytes * price->memory_byte;
}

static void
consider (const Model *model,
          guint tile,
          gsize n_tiles,
          VggConvCut cut,
          gsize chunk,
          VggConvChoice *best)
{
  gsize own_tiles = divide_up (n_tiles, model->n_parts);
  VggConvChoice choice = {
    .algorithm = &vgg_conv_winograd,
    .tile = tile,
    .joins = !model->kept,
    .cut = cut,
    .chunk = MIN (chunk, cut == VGG_CONV_OWN_TILES ? own_tiles : n_tiles),
  };
  VggWinogradMemory memory = vgg_winograd_memory (model->shape, &choice, model->batch);

  if ((memory.input + memory.output) * sizeof (float) >
      (cut == VGG_CONV_OWN_TILES ? 4 * model->l2_bytes : SHARED_CHUNK_BYTES))
    return;

  choice.n_chunks = cut == VGG_CONV_OWN_TILES ? model->n_parts * divide_up (own_tiles, choice.chunk)
                                              : divide_up (n_tiles, choice.chunk);
  choice.work = winograd_work (model, &choice, n_tiles);
  if (best->algorithm == NULL || choice.work < best->work)
    *best = choice;
}

/* Whether the environment asks for the portable path, to compare with. */
static gboolean
is_portable_only (void)
{
  return g_strcmp0 (g_getenv ("VGG_CONVOLUTION"), "im2col") == 0;
}

/**
 * vgg_conv_choose:
 * @shape: a convolution
 * @pass: which of its passes
 * @batch: pictures in it, at most
 * @n_parts: parts of its tasks
 * @kept: whether the kernel's other form is kept from call to call; results for a picture then do
 *   not depend on the others in the batch either
 * @choice: (out caller-allocates): how to compute the pass
 *
 * Finds the cheapest way by a model of the costs (see above) on this processor. With the
 * environment variable VGG_CONVOLUTION set to "im2col", all but the first layer take that.
 */
void
vgg_conv_choose (const VggConvShape *shape,
                 VggPassKind pass,
                 guint batch,
                 guint n_parts,
                 gboolean kept,
                 VggConvChoice *choice)
{
  static const gsize chunks[] = {
    6, 12, 18, 24, 36, 48, 72, 96, 144, 192, 288, 384, 768, G_MAXSIZE
  };
  const Model model = {
    .shape = shape,
    .pass = pass,
    .batch = batch,
    .n_parts = n_parts,
    .kept = kept,
    .prices = current_prices (),
    .l2_bytes = l2_bytes (),
  };
  double pixels = (double) batch * shape->height * shape->width;
  double direct = pixels * TAPS * shape->in_channels * shape->out_channels;
  VggConvChoice best = { 0 };

  if (shape->in_channels == 3)
    {
      *choice = (VggConvChoice){
        .algorithm = &vgg_conv_first,
        .n_chunks = 1,
        .work = direct * model.prices->first + pixels * shape->out_channels * sizeof (float) *
                                                 model.prices->memory_byte *
                                                 (pass == VGG_PASS_FORWARD ? 0.3 : 1),
      };
      return;
    }

  for (guint tile = 4; tile <= 6 && pixels < MAX_PIXELS && !is_portable_only (); tile += 2)
    {
      VggTileGrid grid;

      vgg_tile_grid_init (&grid, tile, !kept, batch, shape->height, shape->width);

      for (gsize i = 0; i < G_N_ELEMENTS (chunks); i++)
        {
          consider (&model, tile, vgg_tile_grid_count (&grid), VGG_CONV_OWN_TILES, chunks[i],
                    &best);
          consider (&model, tile, vgg_tile_grid_count (&grid), VGG_CONV_SHARED_TILES, chunks[i],
                    &best);
        }

      if (!kept && pass != VGG_PASS_KERNEL_GRADIENT)
        consider (&model, tile, vgg_tile_grid_count (&grid), VGG_CONV_OWN_KERNEL, G_MAXSIZE, &best);
    }

  if (best.algorithm == NULL || direct * model.prices->im2col < best.work)
    best = (VggConvChoice){
      .algorithm = &vgg_conv_im2col,
      .n_chunks = 1,
      .work = direct * model.prices->im2col,
    };

  *choice = best;
}

/* Multiply-adds a second of one thread, as the products of a layer do them. */
static double
measure_rate (void)
{
  enum
  {
    N_ROWS = 48,
    N_BLOCKS = 8,
    REPETITIONS = 20
  };
  const VggConvKernels *conv = vgg_kernels_get ()->conv;
  const gsize depth = N_BLOCKS * VGG_BLOCK;
  const gsize stride = N_ROWS * VGG_BLOCK;
  float *rows = vgg_floats_new (N_BLOCKS * stride);
  float *kernel = vgg_floats_new (N_BLOCKS * depth * VGG_BLOCK);
  float *result = vgg_floats_new (N_BLOCKS * stride);
  double best = G_MAXDOUBLE;

  for (gsize i = 0; rows != NULL && kernel != NULL && result != NULL && i < REPETITIONS; i++)
    {
      double start = vgg_profile_now ();

      conv->product (rows, stride, kernel, depth * VGG_BLOCK, N_ROWS, N_BLOCKS, N_BLOCKS, FALSE,
                     result, stride);
      best = MIN (best, vgg_profile_now () - start);
    }

  vgg_floats_free (rows);
  vgg_floats_free (kernel);
  vgg_floats_free (result);

  return N_ROWS * depth * depth / best;
}

/**
 * vgg_conv_predict:
 * @choice: a choice
 * @n_threads: threads that share the work
 *
 * Returns: seconds that the pass is predicted to take on this processor, whose speed is measured at
 *   the first call
 */
double
vgg_conv_predict (const VggConvChoice *choice, guint n_threads)
{
  static gsize once = 0;
  static double rate;

  if (g_once_init_enter (&once))
    {
      rate = measure_rate ();
      g_once_init_leave (&once, 1);
    }

  return choice->work / rate / n_threads;
}
