/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads the accessibility tree of this process over the bus that assistive programs use, as the
 * "AT-SPI 2" interfaces define it: https://gitlab.gnome.org/GNOME/at-spi2-core, xml/Accessible.xml
 */

#include "access-tree.h"

#include <gio/gio.h>
#include <unistd.h>

#include "app-fixture.h"

#define ROOT "/org/a11y/atspi/accessible/root"
#define ACCESSIBLE "org.a11y.atspi.Accessible"

/* A deeper tree would be a loop. */
#define MAX_DEPTH 100

static void
free_node (gpointer data)
{
  AccessNode *node = data;

  g_free (node->role);
  g_free (node->name);
  g_free (node);
}

static GVariant *
call (GDBusConnection *bus,
      const char *name,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *arguments,
      GError **error)
{
  return g_dbus_connection_call_sync (bus, name, path, interface, method, arguments, NULL,
                                      G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
}

static GDBusConnection *
connect_to_bus (GError **error)
{
  g_autoptr (GDBusConnection) session = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
  g_autoptr (GVariant) answer = NULL;
  const char *address;

  if (session == NULL)
    return NULL;

  answer = call (session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", NULL,
                 error);
  if (answer == NULL)
    return NULL;

  g_variant_get (answer, "(&s)", &address);
  return g_dbus_connection_new_for_address_sync (address,
                                                 G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                 NULL, NULL, error);
}

static gboolean
is_this_process (GDBusConnection *bus, const char *name)
{
  g_autoptr (GVariant) answer = NULL;
  guint32 process;

  answer = call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                 "GetConnectionUnixProcessID", g_variant_new ("(s)", name), NULL);
  if (answer == NULL)
    return FALSE;

  g_variant_get (answer, "(u)", &process);
  return process == (guint32) getpid ();
}

/* What no longer is there when it is asked is left out. */
static void
add (GPtrArray *tree,
     GDBusConnection *bus,
     const char *name,
     const char *path,
     const AccessNode *parent)
{
  g_autoptr (GVariant) role = call (bus, name, path, ACCESSIBLE, "GetRoleName", NULL, NULL);
  g_autoptr (GVariant) states = call (bus, name, path, ACCESSIBLE, "GetState", NULL, NULL);
  g_autoptr (GVariant) children = call (bus, name, path, ACCESSIBLE, "GetChildren", NULL, NULL);
  g_autoptr (GVariant) title = NULL;
  g_autoptr (GVariant) title_value = NULL;
  g_autoptr (GVariantIter) states_iter = NULL;
  g_autoptr (GVariantIter) children_iter = NULL;
  const char *child_name, *child_path;
  AccessNode *node;
  guint32 word;

  title = call (bus, name, path, "org.freedesktop.DBus.Properties", "Get",
                g_variant_new ("(ss)", ACCESSIBLE, "Name"), NULL);
  if (role == NULL || states == NULL || children == NULL || title == NULL)
    return;

  node = g_new0 (AccessNode, 1);
  node->parent = parent;
  node->depth = parent != NULL ? parent->depth + 1 : 0;
  g_assert_cmpuint (node->depth, <, MAX_DEPTH);
  g_variant_get (role, "(s)", &node->role);
  g_variant_get (title, "(v)", &title_value);
  node->name = g_variant_dup_string (title_value, NULL);
  g_variant_get (states, "(au)", &states_iter);
  for (guint i = 0; i < 2 && g_variant_iter_next (states_iter, "u", &word); i++)
    node->states |= (guint64) word << (32 * i);
  g_ptr_array_add (tree, node);

  g_variant_get (children, "(a(so))", &children_iter);
  while (g_variant_iter_next (children_iter, "(&s&o)", &child_name, &child_path))
    add (tree, bus, child_name, child_path, node);
}

/* The program tells the registry of itself some time after its first window was made. */
static char *
find_program (GDBusConnection *bus, GError **error)
{
  for (;;)
    {
      g_autoptr (GVariant) children = NULL;
      g_autoptr (GVariantIter) iter = NULL;
      const char *name;

      children = call (bus, "org.a11y.atspi.Registry", ROOT, ACCESSIBLE, "GetChildren", NULL,
                       error);
      if (children == NULL)
        return NULL;

      g_variant_get (children, "(a(so))", &iter);
      while (g_variant_iter_next (iter, "(&s&o)", &name, NULL))
        if (is_this_process (bus, name))
          return g_strdup (name);
      g_usleep (G_USEC_PER_SEC / 20);
    }
}

static void
read_tree (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = connect_to_bus (&error);
  g_autoptr (GPtrArray) tree = g_ptr_array_new_with_free_func (free_node);
  g_autofree char *program = bus != NULL ? find_program (bus, &error) : NULL;

  if (program == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  add (tree, bus, program, ROOT, NULL);
  g_task_return_pointer (task, g_steal_pointer (&tree), (GDestroyNotify) g_ptr_array_unref);
}

static void
take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **taken = user_data;

  *taken = g_object_ref (result);
}

static gboolean
is_taken (gpointer user_data)
{
  return *(GAsyncResult **) user_data != NULL;
}

/* Reads on another thread, as the main loop has to answer meanwhile.
 *
 * Returns: (transfer full) (element-type AccessNode): all windows of this process and what is in
 *   them, from the root down */
GPtrArray *
access_tree_read (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, take_result, &result);
  GPtrArray *tree;

  g_task_run_in_thread (task, read_tree);
  app_fixture_wait_for (is_taken, &result);
  tree = g_task_propagate_pointer (G_TASK (result), &error);
  g_assert_no_error (error);
  return tree;
}

gboolean
access_node_has (const AccessNode *self, AccessState state)
{
  return (self->states >> state & 1) != 0;
}
