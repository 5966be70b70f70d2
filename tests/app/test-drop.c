/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-drop.h"

static void
assert_paths (GListModel *files, const char *const *paths)
{
  g_assert_cmpuint (g_list_model_get_n_items (files), ==, g_strv_length ((char **) paths));
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_assert_cmpstr (g_file_peek_path (file), ==, paths[i]);
    }
}

static void
test_file_list (void)
{
  g_autoptr (GFile) a = g_file_new_for_path ("/a");
  g_autoptr (GFile) b = g_file_new_for_path ("/b c");
  GFile *files[] = { a, b };
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GListModel) model = NULL;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_array (files, 2));
  model = mien_drop_files_from_value (&value);
  assert_paths (model, (const char *const[]){ "/a", "/b c", NULL });
}

static void
test_one_file (void)
{
  g_autoptr (GFile) a = g_file_new_for_path ("/a");
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GListModel) model = NULL;

  g_value_init (&value, G_TYPE_FILE);
  g_value_set_object (&value, a);
  model = mien_drop_files_from_value (&value);
  assert_paths (model, (const char *const[]){ "/a", NULL });
}

/* RFC 2483: lines that end in CR LF, a comment after "#". */
static void
test_uri_list (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GListModel) model = NULL;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, "# two\r\nfile:///a%20b\r\nfile:///c\r\n/plain/path\r\n");
  model = mien_drop_files_from_value (&value);
  assert_paths (model, (const char *const[]){ "/a b", "/c", "/plain/path", NULL });
}

static void
test_nothing (void)
{
  g_auto (GValue) text = G_VALUE_INIT;
  g_auto (GValue) number = G_VALUE_INIT;

  g_value_init (&text, G_TYPE_STRING);
  g_assert_null (mien_drop_files_from_value (&text));
  g_value_set_static_string (&text, "just words");
  g_assert_null (mien_drop_files_from_value (&text));

  g_value_init (&number, G_TYPE_INT);
  g_assert_null (mien_drop_files_from_value (&number));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drop/file-list", test_file_list);
  g_test_add_func ("/drop/one-file", test_one_file);
  g_test_add_func ("/drop/uri-list", test_uri_list);
  g_test_add_func ("/drop/nothing", test_nothing);
  return g_test_run ();
}
