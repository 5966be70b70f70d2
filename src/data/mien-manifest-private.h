/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* By these a manifest is told from another program's file of the same name. */
#define MIEN_MANIFEST_FORMAT "mien-prepared"
#define MIEN_MANIFEST_VERSION 1
