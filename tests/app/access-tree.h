/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The bits of the states that AT-SPI tells and tests ask for. */
typedef enum
{
  ACCESS_STATE_FOCUSABLE = 11
} AccessState;

/* One object as an assistive program sees it. */
typedef struct _AccessNode AccessNode;

struct _AccessNode
{
  const AccessNode *parent; /* borrowed from the tree; NULL: the program */
  guint depth;
  char *role; /* "button", … */
  char *name;
  guint64 states;
};

GPtrArray *access_tree_read (void);
gboolean access_node_has (const AccessNode *self, AccessState state);

G_END_DECLS
