"""Writes of selection, by noun."""

from django.utils.translation import gettext_noop

# Verbs and nouns of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("drafted"),
    gettext_noop("published"),
    gettext_noop("criterion added"),
    gettext_noop("criterion changed"),
    gettext_noop("criterion removed"),
    gettext_noop("judged"),
    gettext_noop("opened"),
    gettext_noop("closed"),
    gettext_noop("opened again"),
    gettext_noop("projects set"),
    gettext_noop("reviewer added"),
    gettext_noop("reviewer removed"),
    gettext_noop("review submitted"),
    gettext_noop("review saved"),
    gettext_noop("scores given"),
    gettext_noop("envelope added"),
    gettext_noop("envelope changed"),
    gettext_noop("envelope removed"),
    gettext_noop("rule added"),
    gettext_noop("rule removed"),
    gettext_noop("balance added"),
    gettext_noop("balance removed"),
    gettext_noop("chosen"),
    gettext_noop("overridden"),
)
