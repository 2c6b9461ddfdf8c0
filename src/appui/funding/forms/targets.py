"""Forms of targets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from appui.funding.models import Target
from appui.kernel.access import Role
from appui.registry.forms import OWNERSHIP, RecordForm


class TargetForm(RecordForm):
    model = Target
    role = Role.MANAGER
    sections = (
        (
            _("To mobilise"),
            _(
                "What is signed within the period counts, both days included. In another currency "
                "than US dollars, the rate of today is kept for good."
            ),
            ("title", "amount", "currency", "starts_on", "ends_on", "source"),
        ),
        OWNERSHIP,
    )
