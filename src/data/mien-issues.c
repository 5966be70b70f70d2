/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "data/mien-dataset-private.h"

/* VGG19 halves its input five times: below this nothing is left of it, and a picture is enlarged.
 */
#define SMALLEST_SIDE 32

/* A class or a side this many times smaller or larger than its fellows is worth a look. */
#define IMBALANCE_RATIO 3
#define SIZE_RATIO 4

static const struct
{
  const char *name;
  const char *title;
} kinds[] = {
  [MIEN_ISSUE_UNREADABLE] = { "unreadable", N_ ("Cannot be read") },
  [MIEN_ISSUE_EMPTY] = { "empty", N_ ("Empty file") },
  [MIEN_ISSUE_NOT_A_PICTURE] = { "not-a-picture", N_ ("Not a picture") },
  [MIEN_ISSUE_BROKEN] = { "broken", N_ ("Damaged picture") },
  [MIEN_ISSUE_TOO_LARGE] = { "too-large", N_ ("Too large") },
  [MIEN_ISSUE_LINK_LOOP] = { "link-loop", N_ ("Link that leads nowhere") },
  [MIEN_ISSUE_MANIFEST] = { "manifest", N_ ("Manifest that cannot be read") },
  [MIEN_ISSUE_ROW] = { "row", N_ ("Line that cannot be used") },
  [MIEN_ISSUE_DUPLICATE] = { "duplicate", N_ ("Same picture twice") },
  [MIEN_ISSUE_LEAK] = { "leak", N_ ("Same picture in two splits") },
  [MIEN_ISSUE_CONFLICT] = { "conflict", N_ ("Same picture in two classes") },
  [MIEN_ISSUE_IMBALANCE] = { "imbalance", N_ ("Uneven classes") },
  [MIEN_ISSUE_SIZE] = { "size", N_ ("Unusual size") },
};

/**
 * mien_issue_kind_to_string:
 * @kind: a kind of issue
 *
 * Returns: its name in files and on the command line, never translated
 */
const char *
mien_issue_kind_to_string (MienIssueKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kinds), "");

  return kinds[kind].name;
}

/**
 * mien_issue_kind_get_title:
 * @kind: a kind of issue
 *
 * Returns: its name for a person, translated
 */
const char *
mien_issue_kind_get_title (MienIssueKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kinds), "");

  return _ (kinds[kind].title);
}

/**
 * mien_issue_kind_is_file:
 * @kind: a kind of issue
 *
 * Returns: %TRUE where a file, or a line of a table, could not be used, hence is not in the data
 *   set; %FALSE for what is to be known of the pictures that are
 */
gboolean
mien_issue_kind_is_file (MienIssueKind kind)
{
  return kind <= MIEN_ISSUE_ROW && kind != MIEN_ISSUE_MANIFEST;
}

static void
issue_clear (gpointer data)
{
  MienIssue *issue = data;

  g_free (issue->path);
  g_free (issue->reason);
}

/**
 * mien_issues_new:
 *
 * Returns: (transfer full) (element-type MienIssue): an empty list of issues
 */
GArray *
mien_issues_new (void)
{
  GArray *self = g_array_new (FALSE, FALSE, sizeof (MienIssue));

  g_array_set_clear_func (self, issue_clear);
  return self;
}

/**
 * mien_issues_add:
 * @self: (element-type MienIssue): a list of issues
 * @kind: what it is
 * @path: (type filename): the file or folder that has it
 * @format: translated printf() format of the reason, a sentence
 * @...: what goes into it
 *
 * Adds an issue.
 */
void
mien_issues_add (GArray *self, MienIssueKind kind, const char *path, const char *format, ...)
{
  MienIssue issue = { kind, g_strdup (path), NULL };
  va_list args;

  va_start (args, format);
  issue.reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_array_append_val (self, issue);
}

/**
 * mien_digest_hash:
 * @key: (array fixed-size=32): a digest
 *
 * Returns: a hash of it, for #GHashTable
 */
guint
mien_digest_hash (gconstpointer key)
{
  guint hash;

  memcpy (&hash, key, sizeof hash);
  return hash;
}

/**
 * mien_digest_equal:
 * @a: (array fixed-size=32): a digest
 * @b: (array fixed-size=32): a digest
 *
 * Returns: whether they are the same, for #GHashTable
 */
gboolean
mien_digest_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 32) == 0;
}

static void
add_leak (MienDataset *self, const MienPicture *picture, const MienPicture *first)
{
  g_autofree char *name = g_filename_display_name (first->path);
  const char *split = mien_split_to_string (first->split);

  if (mien_digest_equal (picture->digest, first->digest))
    mien_issues_add (self->issues, MIEN_ISSUE_LEAK, picture->path,
                     _ ("“%s” is the same picture, in the %s split. Remove one of them."), name,
                     split);
  else
    mien_issues_add (self->issues, MIEN_ISSUE_LEAK, picture->path,
                     _ ("“%s” is nearly the same picture, in the %s split. Remove one of them."),
                     name, split);
}

static void
add_conflict (MienDataset *self, const MienPicture *picture, const MienPicture *first)
{
  g_autofree char *name = g_filename_display_name (first->path);
  const char *class_name = self->classes[first->class_index];

  if (mien_digest_equal (picture->digest, first->digest))
    mien_issues_add (self->issues, MIEN_ISSUE_CONFLICT, picture->path,
                     _ ("“%s” is the same picture, in the class “%s”. Remove the wrong one."), name,
                     class_name);
  else
    mien_issues_add (self->issues, MIEN_ISSUE_CONFLICT, picture->path,
                     _ ("“%s” is nearly the same picture, in the class “%s”. Remove the wrong "
                        "one."),
                     name, class_name);
}

static void
add_duplicate (MienDataset *self, const MienPicture *picture, const MienPicture *first)
{
  g_autofree char *name = g_filename_display_name (first->path);

  if (mien_digest_equal (picture->digest, first->digest))
    mien_issues_add (self->issues, MIEN_ISSUE_DUPLICATE, picture->path,
                     _ ("“%s” is the same picture. It counts twice in this class."), name);
  else
    mien_issues_add (self->issues, MIEN_ISSUE_DUPLICATE, picture->path,
                     _ ("“%s” is nearly the same picture. It counts twice in this class."), name);
}

/* Compares a picture with those before it, one of each class and split; with equal pixels if there
 * is one. Returns whether it is the first of its own class and split. */
static gboolean
compare_with_firsts (MienDataset *self, const MienPicture *picture, GPtrArray *firsts)
{
  const MienPicture *fellow = NULL;
  const MienPicture *other = NULL;

  for (guint i = 0; i < firsts->len; i++)
    {
      const MienPicture *first = g_ptr_array_index (firsts, i);

      if (first->split == picture->split && first->class_index == picture->class_index)
        fellow = first;
      if (other == NULL || (!mien_digest_equal (other->digest, picture->digest) &&
                            mien_digest_equal (first->digest, picture->digest)))
        other = first;
    }

  if (fellow != NULL)
    {
      add_duplicate (self, picture, fellow);
      return FALSE;
    }
  if (other != NULL && other->split != picture->split)
    add_leak (self, picture, other);
  if (other != NULL && other->class_index != picture->class_index)
    add_conflict (self, picture, other);
  return TRUE;
}

/**
 * mien_dataset_add_twin_issues:
 * @self: a data set with its twins, whose pictures have the splits of its folder
 *
 * Adds an issue for every picture that shows the same as one before it: of the same class and
 * split, a duplicate; otherwise a leak between the splits, a conflict between classes, or both. The
 * picture that the others are compared with is the first of its class and split, or else of the
 * training pictures, or else of all.
 */
void
mien_dataset_add_twin_issues (MienDataset *self)
{
  const MienSplit order[] = { MIEN_SPLIT_TRAIN, MIEN_SPLIT_VALIDATION, MIEN_SPLIT_TEST };

  for (guint t = 0; t < self->twins->len; t++)
    {
      const MienTwins *twins = mien_dataset_get_twins (self, t);
      g_autoptr (GPtrArray) firsts = g_ptr_array_new ();

      for (guint s = 0; s < G_N_ELEMENTS (order); s++)
        for (guint k = 0; k < twins->pictures->len; k++)
          {
            const MienPicture *picture = mien_dataset_get_picture (
              self, g_array_index (twins->pictures, guint, k));

            if (picture->split == order[s] && compare_with_firsts (self, picture, firsts))
              g_ptr_array_add (firsts, (gpointer) picture);
          }
    }
}

/**
 * mien_dataset_find_imbalance:
 * @self: a data set with its splits and counts
 * @class_paths: (array): the folder of each class's training pictures
 *
 * Adds an issue for every class that has less than a third of the training pictures of the largest.
 */
void
mien_dataset_find_imbalance (MienDataset *self, const char *const *class_paths)
{
  guint largest = 0;
  guint n_largest;

  for (guint i = 1; i < self->n_classes; i++)
    if (mien_dataset_count (self, i, MIEN_SPLIT_TRAIN) >
        mien_dataset_count (self, largest, MIEN_SPLIT_TRAIN))
      largest = i;

  n_largest = mien_dataset_count (self, largest, MIEN_SPLIT_TRAIN);
  for (guint i = 0; i < self->n_classes; i++)
    {
      guint n = mien_dataset_count (self, i, MIEN_SPLIT_TRAIN);

      if ((guint64) n * IMBALANCE_RATIO < n_largest)
        mien_issues_add (self->issues, MIEN_ISSUE_IMBALANCE, class_paths[i],
                         _ ("“%s” has %u pictures to train on and “%s” has %u. Add to the smaller "
                            "class, or balance the classes."),
                         self->classes[i], n, self->classes[largest], n_largest);
    }
}

static int
compare_guint (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a;
  guint y = *(const guint *) b;

  return (x > y) - (x < y);
}

/**
 * mien_dataset_find_odd_sizes:
 * @self: a data set
 *
 * Adds an issue for every picture that has a side below 32 pixels, or whose longer side is over
 * four times, or under a quarter of, the median of all. Where most pictures are small, it is one
 * issue of the whole data set.
 */
void
mien_dataset_find_odd_sizes (MienDataset *self)
{
  g_autofree guint *sides = g_new (guint, MAX (self->pictures->len, 1));
  guint n = self->pictures->len;
  guint n_small = 0;
  gboolean mostly_small;
  guint median;

  if (n == 0)
    return;

  for (guint i = 0; i < n; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self, i);

      sides[i] = MAX (picture->width, picture->height);
      if (MIN (picture->width, picture->height) < SMALLEST_SIDE)
        n_small++;
    }
  qsort (sides, n, sizeof *sides, compare_guint);
  median = sides[n / 2];
  mostly_small = n_small > n / 2;
  if (mostly_small)
    mien_issues_add (self->issues, MIEN_ISSUE_SIZE, self->directory,
                     _ ("%u of %u pictures have a side below %d pixels. They are enlarged, and "
                        "show little."),
                     n_small, n, SMALLEST_SIDE);

  for (guint i = 0; i < n; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self, i);
      guint64 side = MAX (picture->width, picture->height);

      if (!mostly_small && MIN (picture->width, picture->height) < SMALLEST_SIDE)
        mien_issues_add (
          self->issues, MIEN_ISSUE_SIZE, picture->path,
          _ ("%u × %u pixels: a side is below %d. It is enlarged, and shows little."),
          picture->width, picture->height, SMALLEST_SIDE);
      else if (side > (guint64) median * SIZE_RATIO || side * SIZE_RATIO < median)
        mien_issues_add (self->issues, MIEN_ISSUE_SIZE, picture->path,
                         _ ("%u × %u pixels, where half of the pictures are no longer than %u."),
                         picture->width, picture->height, median);
    }
}
