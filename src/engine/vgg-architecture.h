/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  VGG_HEAD_REFERENCE, /* flatten, dense 128 ReLU with L2, dropout, dense 128 ReLU with L2, dropout,
                         dense C */
  VGG_HEAD_LIGHT,     /* global average pool, dropout, dense C */
  VGG_HEAD_CLASSIC    /* flatten, dense 4096 ReLU, dropout, dense 4096 ReLU, dropout, dense C */
} VggHead;

typedef struct
{
  guint depth;         /* 11, 13, 16 or 19 */
  gboolean batch_norm; /* after every convolution, before its ReLU */
  guint width_eighths; /* 1 to VGG_FULL_WIDTH: channels are the paper's times it / 8 */
  guint input_width;   /* pixels, 32 to 2048 */
  guint input_height;
  VggHead head;
  guint n_classes; /* 2 to 65535; 0 leaves the head off: the network ends at pool5 */
  float dropout;   /* [0, 1): the head's */
  float l2;        /* >= 0: of the reference head's two hidden kernels */
} VggArchitecture;

/* One convolution of the table; its channels are those of the network's width. */
typedef struct
{
  guint block; /* 1 to 5 */
  guint index; /* within the block, from 1 */
  guint in_channels;
  guint out_channels;
} VggConvolutionSpec;

#define VGG_FULL_WIDTH 8
#define VGG_N_BLOCKS 5
#define VGG_MAX_CONVOLUTIONS 16

gboolean vgg_architecture_validate (const VggArchitecture *self, GError **error);
guint vgg_architecture_convolutions (const VggArchitecture *self,
                                     VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS]);
guint vgg_architecture_convolutions_in_block (const VggArchitecture *self, guint block);
char *vgg_architecture_name (const VggArchitecture *self);
const char *vgg_head_to_string (VggHead head);
gboolean vgg_head_from_string (const char *string, VggHead *head);

G_END_DECLS
