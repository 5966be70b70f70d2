/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

uint64_t vgg_float_mode_enter (void);
void vgg_float_mode_leave (uint64_t mode);
