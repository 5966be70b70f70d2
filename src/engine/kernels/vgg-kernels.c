/* SPDX-License-Identifier: GPL-3.0-or-later */
const char *vgg_kernels_placeholder (void);
const char *
vgg_kernels_placeholder (void)
{
  return "plain";
}
