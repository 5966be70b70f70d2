/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gi18n-lib.h>

#include "data/mien-dataset-private.h"
#include "data/mien-union.h"

/* A hash is cut into parts. Of two that differ in no more bits than MIEN_LIKENESS_DISTANCE, one
 * part differs in no more than PART_DISTANCE (Norouzi, Punjani & Fleet 2012). */
#define N_PARTS 4
#define PART_BITS 16
#define PART_VALUES (1u << PART_BITS)
#define PART_DISTANCE 2
G_STATIC_ASSERT (MIEN_LIKENESS_DISTANCE < N_PARTS * (PART_DISTANCE + 1));

/* Changes of PART_DISTANCE bits of a part, at most: none, one of 16, two of 16. */
#define N_CHANGES (1 + 16 + 16 * 15 / 2)

#define REPORT_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  MienDataset *dataset;
  const MienLikeness *likenesses; /* one a picture */
  guint *parents;                 /* one a picture; a group's root is its first picture */
  GArray *looked_at;              /* (element-type guint): the first of each digest, none flat */
  guint *starts[N_PARTS];         /* (PART_VALUES + 1): where a value begins in the next */
  guint *members[N_PARTS];        /* (looked_at): positions in it, by the part's value */
} Search;

static guint
get_part (guint64 hash, guint part)
{
  return (hash >> (part * PART_BITS)) & (PART_VALUES - 1);
}

/* Equal pixels are one group; copies of prepared data sets go with their source. */
static void
join_equal (Search *self)
{
  g_autoptr (GHashTable) firsts = g_hash_table_new (mien_digest_hash, mien_digest_equal);

  for (guint i = 0; i < self->dataset->pictures->len; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self->dataset, i);
      gpointer first;

      self->parents[i] = i;
      if (picture->is_copy)
        continue;
      if (g_hash_table_lookup_extended (firsts, picture->digest, NULL, &first))
        self->parents[i] = GPOINTER_TO_UINT (first);
      else
        {
          g_hash_table_insert (firsts, (gpointer) picture->digest, GUINT_TO_POINTER (i));
          if (!mien_likeness_is_flat (&self->likenesses[i]))
            g_array_append_val (self->looked_at, i);
        }
    }
}

/* Sorts the pictures by each part of their hashes. */
static void
make_index (Search *self)
{
  guint n = self->looked_at->len;

  for (guint part = 0; part < N_PARTS; part++)
    {
      guint *starts = g_new0 (guint, PART_VALUES + 1);
      guint *members = g_new (guint, MAX (n, 1));

      for (guint k = 0; k < n; k++)
        {
          guint picture = g_array_index (self->looked_at, guint, k);

          starts[get_part (self->likenesses[picture].hash, part) + 1]++;
        }
      for (guint value = 0; value < PART_VALUES; value++)
        starts[value + 1] += starts[value];
      /* From the last one down, so that each start ends where its value begins. */
      for (guint k = n; k-- > 0;)
        {
          guint picture = g_array_index (self->looked_at, guint, k);

          members[--starts[get_part (self->likenesses[picture].hash, part) + 1]] = k;
        }
      memmove (starts, starts + 1, PART_VALUES * sizeof *starts);
      starts[PART_VALUES] = n;
      self->starts[part] = starts;
      self->members[part] = members;
    }
}

static void
search_clear (Search *self)
{
  g_array_unref (self->looked_at);
  for (guint part = 0; part < N_PARTS; part++)
    {
      g_free (self->starts[part]);
      g_free (self->members[part]);
    }
}

static void
list_changes (guint changes[N_CHANGES])
{
  guint n = 0;

  changes[n++] = 0;
  for (guint i = 0; i < PART_BITS; i++)
    {
      changes[n++] = 1u << i;
      for (guint j = 0; j < i; j++)
        changes[n++] = 1u << i | 1u << j;
    }
  g_assert (n == N_CHANGES);
}

static guint
count_bits (guint64 value)
{
  return (guint) __builtin_popcountll (value);
}

/* Joins two pictures if they show the same. */
static void
compare (Search *self, guint a, guint b, guint64 hash, gboolean mirrored)
{
  if (count_bits (hash ^ self->likenesses[b].hash) > MIEN_LIKENESS_DISTANCE)
    return;
  if (mien_dataset_get_picture (self->dataset, a)->group ==
        mien_dataset_get_picture (self->dataset, b)->group ||
      mien_union_find (self->parents, a) == mien_union_find (self->parents, b))
    return;
  if (mien_likeness_correlate (&self->likenesses[a], &self->likenesses[b], mirrored) >=
      MIEN_LIKENESS_CORRELATION)
    mien_union_join (self->parents, a, b);
}

/* Compares a picture with all before it whose hash is near. */
static void
search_one (Search *self, guint position, const guint changes[N_CHANGES], gboolean mirrored)
{
  guint picture = g_array_index (self->looked_at, guint, position);
  guint64 hash = self->likenesses[picture].hash;

  if (mirrored)
    hash = mien_likeness_mirror_hash (hash);
  for (guint part = 0; part < N_PARTS; part++)
    for (guint c = 0; c < N_CHANGES; c++)
      {
        guint value = get_part (hash, part) ^ changes[c];

        for (guint m = self->starts[part][value]; m < self->starts[part][value + 1]; m++)
          {
            guint other = self->members[part][m];

            if (other >= position)
              break;
            compare (self, picture, g_array_index (self->looked_at, guint, other), hash, mirrored);
          }
      }
}

static gboolean
search_all (Search *self,
            MienProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
  MienProgress report = { .phase = _ ("Looking for twins"), .total = self->looked_at->len };
  gint64 reported = g_get_monotonic_time ();
  guint changes[N_CHANGES];

  list_changes (changes);
  for (guint k = 0; k < self->looked_at->len; k++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      search_one (self, k, changes, FALSE);
      search_one (self, k, changes, TRUE);

      report.done = k + 1;
      if (progress != NULL &&
          (report.done == report.total || g_get_monotonic_time () - reported >= REPORT_INTERVAL))
        {
          reported = g_get_monotonic_time ();
          progress (&report, user_data);
        }
    }
  return TRUE;
}

static void
twins_clear (gpointer data)
{
  g_array_unref (((MienTwins *) data)->pictures);
}

static void
add_member (MienDataset *dataset, guint index, guint member)
{
  MienTwins *twins = &g_array_index (dataset->twins, MienTwins, index);
  const MienPicture *picture = mien_dataset_get_picture (dataset, member);
  const MienPicture *first;

  g_array_append_val (twins->pictures, member);
  first = mien_dataset_get_picture (dataset, g_array_index (twins->pictures, guint, 0));
  dataset->twins_of[member] = index;
  if (picture->class_index != first->class_index)
    twins->conflicting = TRUE;
  if (!mien_digest_equal (picture->digest, first->digest))
    twins->kind = MIEN_TWINS_NEAR;
}

/* Makes groups of what was joined, in the order of their first pictures. */
static void
make_groups (Search *self)
{
  MienDataset *dataset = self->dataset;
  guint n = dataset->pictures->len;
  g_autofree gboolean *has_twin = g_new0 (gboolean, MAX (n, 1)); /* of the first of a group */

  dataset->twins = g_array_new (FALSE, FALSE, sizeof (MienTwins));
  g_array_set_clear_func (dataset->twins, twins_clear);
  dataset->twins_of = g_new (guint, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    dataset->twins_of[i] = G_MAXUINT;

  for (guint i = 0; i < n; i++)
    {
      guint first = mien_union_find (self->parents, i);

      has_twin[first] = has_twin[first] || first != i;
    }

  for (guint i = 0; i < n; i++)
    {
      guint first = mien_union_find (self->parents, i);

      if (!has_twin[first])
        continue;
      if (first == i)
        {
          MienTwins new_twins = { .kind = MIEN_TWINS_EXACT };

          new_twins.pictures = g_array_new (FALSE, FALSE, sizeof (guint));
          dataset->twins_of[i] = dataset->twins->len;
          g_array_append_val (dataset->twins, new_twins);
        }
      add_member (dataset, dataset->twins_of[first], i);
    }
}

/**
 * mien_dataset_detect_twins:
 * @self: a data set whose pictures have their digests, groups and families
 * @likenesses: one a picture
 * @progress: (nullable): called on this thread
 * @user_data: passed to @progress
 * @cancellable: (nullable): ends the search within a picture
 * @error: return location for %G_IO_ERROR_CANCELLED
 *
 * Finds pictures that show the same: those with equal pixels, and those whose likenesses, as they
 * are or mirrored, have hashes that differ in at most %MIEN_LIKENESS_DISTANCE of 64 bits and grey
 * values that correlate with %MIEN_LIKENESS_CORRELATION or more. What is a twin of a twin is of the
 * same group. A flat picture has only equals. Pictures that a manifest knows as one source's are
 * not twins of each other. Twins become one family, which a split does not separate.
 *
 * Returns: %FALSE when cancelled
 */
gboolean
mien_dataset_detect_twins (MienDataset *self,
                           const MienLikeness *likenesses,
                           MienProgressFunc progress,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autofree guint *parents = g_new (guint, MAX (self->pictures->len, 1));
  gboolean completed;
  Search search = { self, likenesses, parents, g_array_new (FALSE, FALSE, sizeof (guint)) };

  join_equal (&search);
  make_index (&search);
  completed = search_all (&search, progress, user_data, cancellable, error);
  make_groups (&search);
  search_clear (&search);
  if (!completed)
    return FALSE;

  for (guint i = 0; i < self->pictures->len; i++)
    mien_union_join (self->families, i, mien_union_find (parents, i));
  mien_union_flatten (self->families, self->pictures->len);
  return TRUE;
}

/**
 * mien_dataset_note_twins:
 * @self: a data set with its twins and its final splits
 *
 * Notes which splits the twins of each group are in.
 */
void
mien_dataset_note_twins (MienDataset *self)
{
  for (guint t = 0; t < self->twins->len; t++)
    {
      MienTwins *twins = &g_array_index (self->twins, MienTwins, t);

      twins->splits = 0;
      for (guint k = 0; k < twins->pictures->len; k++)
        {
          guint picture = g_array_index (twins->pictures, guint, k);

          twins->splits |= 1u << mien_dataset_get_picture (self, picture)->split;
        }
    }
}

/**
 * mien_dataset_get_n_twins:
 * @self: a data set
 *
 * Returns: the number of groups of pictures that show the same
 */
guint
mien_dataset_get_n_twins (MienDataset *self)
{
  return self->twins->len;
}

/**
 * mien_dataset_get_twins:
 * @self: a data set
 * @index: below mien_dataset_get_n_twins(); groups are in the order of their first pictures
 *
 * Returns: (transfer none): a group of pictures that show the same
 */
const MienTwins *
mien_dataset_get_twins (MienDataset *self, guint index)
{
  g_return_val_if_fail (index < self->twins->len, NULL);

  return &g_array_index (self->twins, MienTwins, index);
}

/**
 * mien_dataset_find_twins:
 * @self: a data set
 * @picture: an index of its pictures
 *
 * Returns: (transfer none) (nullable): the group of twins that the picture is in
 */
const MienTwins *
mien_dataset_find_twins (MienDataset *self, guint picture)
{
  g_return_val_if_fail (picture < self->pictures->len, NULL);

  if (self->twins_of[picture] == G_MAXUINT)
    return NULL;
  return mien_dataset_get_twins (self, self->twins_of[picture]);
}

/**
 * mien_dataset_get_family:
 * @self: a data set
 * @picture: an index of its pictures
 *
 * Pictures of one family belong on one side of a split, lest what is learnt from one be measured on
 * another: twins, and a picture and its copies.
 *
 * Returns: a number that they share, and no other picture has
 */
guint
mien_dataset_get_family (MienDataset *self, guint picture)
{
  g_return_val_if_fail (picture < self->pictures->len, 0);

  return self->families[picture];
}

/**
 * mien_twins_kind_to_string:
 * @kind: a kind of twins
 *
 * Returns: its name in files and on the command line, never translated
 */
const char *
mien_twins_kind_to_string (MienTwinsKind kind)
{
  return kind == MIEN_TWINS_EXACT ? "exact" : "near";
}
