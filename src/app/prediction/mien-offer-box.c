/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/prediction/mien-offer-box.h"

#include <glib/gi18n-lib.h>

/* Says above the settings which of them suit the data set, and why. */
struct _MienOfferBox
{
  AdwBin parent_instance;

  /* Template children */
  GtkLabel *title_label;
  GtkLabel *reason_label;
  GtkWidget *changed_box;

  MienWorkspace *workspace; /* owned */
};

G_DEFINE_FINAL_TYPE (MienOfferBox, mien_offer_box, ADW_TYPE_BIN)

static void
take_clicked (MienOfferBox *self)
{
  mien_workspace_take_offer (self->workspace);
}

static void
mien_offer_box_dispose (GObject *object)
{
  MienOfferBox *self = MIEN_OFFER_BOX (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_offer_box_parent_class)->dispose (object);
}

static void
mien_offer_box_class_init (MienOfferBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_offer_box_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-offer-box.ui");
  gtk_widget_class_bind_template_child (widget_class, MienOfferBox, title_label);
  gtk_widget_class_bind_template_child (widget_class, MienOfferBox, reason_label);
  gtk_widget_class_bind_template_child (widget_class, MienOfferBox, changed_box);
  gtk_widget_class_bind_template_callback (widget_class, take_clicked);
}

static void
mien_offer_box_init (MienOfferBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_offer_box_set_workspace:
 * @workspace: whose offer to show; set once
 */
void
mien_offer_box_set_workspace (MienOfferBox *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_OFFER_BOX (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  mien_offer_box_refresh (self);
}

/**
 * mien_offer_box_refresh:
 *
 * To be called when the settings or the offer have changed.
 */
void
mien_offer_box_refresh (MienOfferBox *self)
{
  const MienOffer *offer;
  gboolean takes;

  g_return_if_fail (MIEN_IS_OFFER_BOX (self));
  g_return_if_fail (self->workspace != NULL);

  offer = mien_workspace_get_offer (self->workspace);
  takes = mien_workspace_takes_offer (self->workspace);
  gtk_widget_set_visible (GTK_WIDGET (self), offer->reason != NULL);
  gtk_label_set_label (self->title_label,
                       takes ? _ ("Chosen for These Pictures") : _ ("Offered for These Pictures"));
  gtk_label_set_label (self->reason_label, offer->reason);
  gtk_widget_set_visible (self->changed_box, !takes);
}
