/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-layer.h"

G_BEGIN_DECLS

/* A 3x3 convolution, stride 1, padding 1. */
typedef struct
{
  gsize in_channels;
  gsize out_channels;
  gsize height;
  gsize width;
} VggConvShape;

/* How the parts of a task share a pass. */
typedef enum
{
  VGG_CONV_OWN_TILES,    /* each has chunks of tiles of its own */
  VGG_CONV_SHARED_TILES, /* all work on the same chunk, a step after the other */
  VGG_CONV_OWN_KERNEL    /* each has channels of the result, with their part of the kernel */
} VggConvCut;

typedef struct _VggConvAlgorithm VggConvAlgorithm;

/* How one pass of a layer is computed. */
typedef struct
{
  const VggConvAlgorithm *algorithm;
  guint tile;     /* output pixels a side of a Winograd tile; 0: none */
  gboolean joins; /* tiles may go across pictures */
  VggConvCut cut;
  gsize chunk;    /* tiles at a time */
  gsize n_chunks; /* in a whole batch */
  gsize bytes;    /* of workspace */
  double work;    /* predicted, in multiply-adds at the products' speed */
} VggConvChoice;

/* One call of a pass. */
typedef struct
{
  const VggConvShape *shape;
  const VggConvChoice *choice;
  const VggPass *pass;
  const float *kernel; /* (O, I, 3, 3) */
  const float *scale;  /* (O), of the outputs before the bias; forward only; NULL: none */
  const float *bias;   /* (O); forward only */
  gboolean relu;       /* forward only */
  gboolean pools;      /* a 2x2 max pool of stride 2 follows; forward only */
  float *kept;         /* the kernel in another form, kept from call to call; NULL: not kept */
  gboolean kept_valid; /* and still true */
} VggConvCall;

/* One way to compute convolutions; a layer's plan chooses one for every pass. */
struct _VggConvAlgorithm
{
  const char *name;

  /* Tells what a pass of up to `batch` pictures needs of the workspace, in floats. */
  void (*measure) (const VggConvShape *shape,
                   const VggConvChoice *choice,
                   VggPassKind pass,
                   gsize batch,
                   gsize *part_floats,
                   gsize *shared_floats);

  /* Floats of a kernel's other form. NULL: has none. */
  gsize (*kept_floats) (const VggConvShape *shape, const VggConvChoice *choice);

  /* Whether the forward pass can do the work of a pool that follows. NULL: it never can. */
  gboolean (*can_pool) (const VggConvShape *shape, const VggConvChoice *choice);

  /* output = scale (input * kernel) + bias, then ReLU if wanted, then pooled if wanted. */
  void (*forward) (const VggConvCall *call,
                   const VggActivation *input,
                   const VggActivation *output);

  void (*input_gradient) (const VggConvCall *call,
                          const VggActivation *gradient,
                          const VggActivation *input_gradient);

  void (*kernel_gradient) (const VggConvCall *call,
                           const VggActivation *input,
                           const VggActivation *gradient,
                           float *kernel_gradient);
};

extern const VggConvAlgorithm vgg_conv_im2col;
extern const VggConvAlgorithm vgg_conv_first;
extern const VggConvAlgorithm vgg_conv_winograd;

void vgg_conv_choose (const VggConvShape *shape,
                      VggPassKind pass,
                      guint batch,
                      guint n_parts,
                      gboolean kept,
                      VggConvChoice *choice);
double vgg_conv_predict (const VggConvChoice *choice, guint n_threads);

G_END_DECLS
