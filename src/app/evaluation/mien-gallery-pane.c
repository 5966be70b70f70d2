/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-gallery-pane.h"

#include <glib/gi18n-lib.h>

#include "app/evaluation/mien-evaluation-list.h"
#include "app/evaluation/mien-mean-viewer.h"
#include "app/evaluation/mien-picture-viewer.h"
#include "app/widgets/mien-format.h"
#include "app/widgets/mien-picture-grid.h"

struct _MienGalleryPane
{
  AdwBin parent_instance;

  /* Template children */
  GtkLabel *title_label;
  GtkLabel *count_label;
  GtkWidget *clear_button;
  GtkWidget *verdict_box;
  GtkToggleButton *any_button;
  GtkToggleButton *wrong_button;
  GtkToggleButton *right_button;
  GtkWidget *mean_button;
  GtkWidget *search_button; /* what else filters and sorts is seen as it is */
  GtkWidget *search_bar;
  GtkEditable *search_entry;
  GtkStack *pictures_stack;
  AdwStatusPage *none_page;
  MienPictureGrid *grid;
  MienPictureViewer *viewer;
  MienMeanViewer *mean_viewer;

  /* Owned */
  MienWorkspace *workspace; /* NULL until it is set */
  MienEvaluationList *list;

  gboolean back_visible;
  int actual;    /* class, or MIEN_ANY_CLASS */
  int predicted; /* the same */
  MienEvaluationOrder order;
};

/* As the menu's targets. */
static const char *const order_names[MIEN_N_EVALUATION_ORDERS] = {
  [MIEN_ORDER_MOST_CONFIDENT] = "most-confident",
  [MIEN_ORDER_LEAST_CONFIDENT] = "least-confident",
  [MIEN_ORDER_HIGHEST_LOSS] = "highest-loss",
  [MIEN_ORDER_NARROWEST_MARGIN] = "narrowest-margin",
};

enum
{
  PROP_0,
  PROP_WORKSPACE,
  PROP_BACK_VISIBLE,
  N_PROPS
};

enum
{
  SIGNAL_BACK,
  SIGNAL_CLEARED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MienGalleryPane, mien_gallery_pane, ADW_TYPE_BIN)

static MienEvaluation *
get_evaluation (MienGalleryPane *self)
{
  return self->workspace != NULL ? mien_workspace_get_evaluation (self->workspace) : NULL;
}

static gboolean
is_cell (MienGalleryPane *self)
{
  return self->actual != MIEN_ANY_CLASS && self->predicted != MIEN_ANY_CLASS;
}

static MienVerdict
get_verdict (MienGalleryPane *self)
{
  /* Whoever chooses a cell has said it already. */
  if (is_cell (self) || gtk_toggle_button_get_active (self->any_button))
    return MIEN_VERDICT_ANY;
  return gtk_toggle_button_get_active (self->wrong_button) ? MIEN_VERDICT_WRONG
                                                           : MIEN_VERDICT_RIGHT;
}

static const char *
describe_order (MienEvaluationOrder order)
{
  switch (order)
    {
    case MIEN_ORDER_LEAST_CONFIDENT:
      return _ ("least confident first");
    case MIEN_ORDER_HIGHEST_LOSS:
      return _ ("highest loss first");
    case MIEN_ORDER_NARROWEST_MARGIN:
      return _ ("narrowest margin first");
    default:
      return _ ("most confident first");
    }
}

static char *
describe_cell (const char *actual, const char *predicted, gboolean right)
{
  if (right)
    /* TRANSLATORS: a class */
    return g_strdup_printf (_ ("%s recognised"), actual);

  /* TRANSLATORS: actual class, predicted class */
  return g_strdup_printf (_ ("%s taken for %s"), actual, predicted);
}

static char *
describe_query (MienGalleryPane *self, const char *const *classes)
{
  const MienVerdict verdict = get_verdict (self);

  if (is_cell (self))
    return describe_cell (classes[self->actual], classes[self->predicted],
                          self->actual == self->predicted);
  if (self->actual == MIEN_ANY_CLASS)
    return g_strdup (verdict == MIEN_VERDICT_ANY     ? _ ("All Pictures")
                     : verdict == MIEN_VERDICT_WRONG ? _ ("Mistakes")
                                                     : _ ("Recognised Pictures"));
  if (verdict == MIEN_VERDICT_WRONG)
    /* TRANSLATORS: a class */
    return g_strdup_printf (_ ("%s not recognised"), classes[self->actual]);
  if (verdict == MIEN_VERDICT_RIGHT)
    return describe_cell (classes[self->actual], NULL, TRUE);
  return g_strdup (classes[self->actual]);
}

static const char *
describe_nothing (MienGalleryPane *self)
{
  if (*gtk_editable_get_text (self->search_entry) != '\0')
    return _ ("No Such Picture");
  if (is_cell (self))
    return _ ("No Picture in This Cell");
  return get_verdict (self) == MIEN_VERDICT_WRONG ? _ ("No Mistakes") : _ ("No Pictures");
}

/* What filters and sorts is of use beside the grid only. */
static void
show_child (MienGalleryPane *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->pictures_stack, name);
  gtk_widget_set_visible (self->search_button,
                          g_str_equal (name, "grid") || g_str_equal (name, "none"));
}

static void
query_changed (MienGalleryPane *self)
{
  MienEvaluation *evaluation = get_evaluation (self);
  const MienEvaluationQuery query = { self->actual, self->predicted, get_verdict (self),
                                      self->order, gtk_editable_get_text (self->search_entry) };
  guint n;

  mien_picture_viewer_clear (self->viewer);
  mien_mean_viewer_clear (self->mean_viewer);
  mien_evaluation_list_show (self->list, evaluation, &query);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  mien_picture_grid_scroll_to_start (self->grid);
  if (evaluation != NULL)
    {
      g_autofree char *title = describe_query (self,
                                               mien_evaluation_get_classes (evaluation, NULL));
      g_autofree char *pictures = mien_format_pictures (n);
      /* TRANSLATORS: "8 pictures", "most confident first" */
      g_autofree char *count = g_strdup_printf (_ ("%s · %s"), pictures,
                                                describe_order (self->order));

      gtk_label_set_label (self->title_label, title);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->title_label), title);
      gtk_label_set_label (self->count_label, count);
    }
  gtk_widget_set_visible (self->clear_button, self->actual != MIEN_ANY_CLASS);
  gtk_widget_set_visible (self->verdict_box, !is_cell (self));
  gtk_widget_set_sensitive (self->mean_button, n > 0);
  adw_status_page_set_title (self->none_page, describe_nothing (self));
  show_child (self, n > 0 ? "grid" : "none");
}

static void
order_changed (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  MienGalleryPane *self = user_data;

  for (guint i = 0; i < MIEN_N_EVALUATION_ORDERS; i++)
    if (g_str_equal (g_variant_get_string (value, NULL), order_names[i]))
      self->order = (MienEvaluationOrder) i;
  g_simple_action_set_state (action, value);
  query_changed (self);
}

static void
back_clicked (MienGalleryPane *self)
{
  g_signal_emit (self, signals[SIGNAL_BACK], 0);
}

static void
clear_clicked (MienGalleryPane *self)
{
  g_signal_emit (self, signals[SIGNAL_CLEARED], 0);
}

static void
picture_activated (MienGalleryPane *self, MienPictureItem *item)
{
  guint position;

  if (!mien_evaluation_list_find (self->list, mien_picture_item_get_index (item), &position))
    return;

  mien_picture_viewer_show (self->viewer, self->list, position);
  show_child (self, "viewer");
  gtk_widget_child_focus (GTK_WIDGET (self->viewer), GTK_DIR_TAB_FORWARD);
}

/* Back in the grid, the picture that was seen last is the chosen one. */
static void
viewer_closed (MienGalleryPane *self)
{
  show_child (self, "grid");
  mien_picture_grid_select (self->grid, mien_picture_viewer_get_position (self->viewer));
  gtk_widget_child_focus (GTK_WIDGET (self->grid), GTK_DIR_TAB_FORWARD);
  mien_picture_viewer_clear (self->viewer);
}

static void
mean_clicked (MienGalleryPane *self)
{
  MienModel *model = mien_workspace_get_model (self->workspace);

  if (model == NULL)
    return;

  mien_mean_viewer_show (self->mean_viewer, model, self->list);
  show_child (self, "mean");
  gtk_widget_child_focus (GTK_WIDGET (self->mean_viewer), GTK_DIR_TAB_FORWARD);
}

static void
mean_closed (MienGalleryPane *self)
{
  show_child (self, "grid");
  gtk_widget_grab_focus (self->mean_button);
  mien_mean_viewer_clear (self->mean_viewer);
}

static void
mien_gallery_pane_dispose (GObject *object)
{
  MienGalleryPane *self = MIEN_GALLERY_PANE (object);

  /* Before what its signals need. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->workspace);
  g_clear_object (&self->list);

  G_OBJECT_CLASS (mien_gallery_pane_parent_class)->dispose (object);
}

static void
mien_gallery_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MienGalleryPane *self = MIEN_GALLERY_PANE (object);

  switch (id)
    {
    case PROP_WORKSPACE:
      g_value_set_object (value, self->workspace);
      break;
    case PROP_BACK_VISIBLE:
      g_value_set_boolean (value, self->back_visible);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_gallery_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MienGalleryPane *self = MIEN_GALLERY_PANE (object);

  switch (id)
    {
    case PROP_WORKSPACE:
      mien_gallery_pane_set_workspace (self, g_value_get_object (value));
      break;
    case PROP_BACK_VISIBLE:
      if (self->back_visible != g_value_get_boolean (value))
        {
          self->back_visible = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_gallery_pane_class_init (MienGalleryPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_gallery_pane_dispose;
  object_class->get_property = mien_gallery_pane_get_property;
  object_class->set_property = mien_gallery_pane_set_property;

  properties[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, MIEN_TYPE_WORKSPACE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                      G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_BACK_VISIBLE] = g_param_spec_boolean ("back-visible", NULL, NULL, FALSE,
                                                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                          G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_BACK] = g_signal_new ("back", MIEN_TYPE_GALLERY_PANE, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CLEARED] = g_signal_new ("cleared", MIEN_TYPE_GALLERY_PANE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (MIEN_TYPE_PICTURE_GRID);
  g_type_ensure (MIEN_TYPE_MEAN_VIEWER);
  g_type_ensure (MIEN_TYPE_PICTURE_VIEWER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-gallery-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, title_label);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, count_label);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, clear_button);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, verdict_box);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, any_button);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, wrong_button);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, right_button);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, search_button);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, search_bar);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, search_entry);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, pictures_stack);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, none_page);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, grid);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, viewer);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, mean_button);
  gtk_widget_class_bind_template_child (widget_class, MienGalleryPane, mean_viewer);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked);
  gtk_widget_class_bind_template_callback (widget_class, picture_activated);
  gtk_widget_class_bind_template_callback (widget_class, query_changed);
  gtk_widget_class_bind_template_callback (widget_class, viewer_closed);
  gtk_widget_class_bind_template_callback (widget_class, mean_clicked);
  gtk_widget_class_bind_template_callback (widget_class, mean_closed);
}

static void
mien_gallery_pane_init (MienGalleryPane *self)
{
  g_autoptr (GPropertyAction) search = NULL;
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  const GActionEntry entries[] = {
    { "order", NULL, "s", "'most-confident'", order_changed, { 0 } },
  };

  self->actual = MIEN_ANY_CLASS;
  self->predicted = MIEN_ANY_CLASS;
  self->list = mien_evaluation_list_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "gallery", G_ACTION_GROUP (actions));
  gtk_widget_init_template (GTK_WIDGET (self));
  search = g_property_action_new ("search", self->search_bar, "search-mode-enabled");
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (search));
  mien_picture_grid_set_model (self->grid, G_LIST_MODEL (self->list));
}

/**
 * mien_gallery_pane_set_workspace:
 * @workspace: whose evaluation's pictures to show; set once
 */
void
mien_gallery_pane_set_workspace (MienGalleryPane *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_GALLERY_PANE (self));
  g_return_if_fail (self->workspace == NULL);

  if (workspace == NULL)
    return;

  self->workspace = g_object_ref (workspace);
  mien_picture_viewer_set_workspace (self->viewer, workspace);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKSPACE]);
}

/**
 * mien_gallery_pane_show:
 * @actual: a class of the workspace's evaluation, or %MIEN_ANY_CLASS
 * @predicted: the same, of those that the model said
 *
 * Lists the pictures of both; which of them, and in which order, stays as the person set it. None
 * where there is no evaluation.
 */
void
mien_gallery_pane_show (MienGalleryPane *self, int actual, int predicted)
{
  g_return_if_fail (MIEN_IS_GALLERY_PANE (self));

  self->actual = actual;
  self->predicted = predicted;
  query_changed (self);
}
