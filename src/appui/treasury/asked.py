"""Which statement is asked for: about whom or what, and which days; for pages, API and commands."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from appui.funding.models import Fund
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid, Missing
from appui.portfolio.models import Activity
from appui.registry.models import Organisation
from appui.treasury import queries
from appui.treasury.models import Earmark

About = Earmark | Organisation | Activity
KINDS = ("donor", "project", "earmark")


@dataclass(frozen=True, slots=True)
class Subjects:
    """About whom a statement of a fund can be: its earmarks, donors and projects."""

    earmarks: list[Earmark]
    donors: list[Organisation]
    projects: list[Activity]

    def by_kind(self) -> dict[str, list[Any]]:
        """The same, by the word that an address uses."""
        return {"donor": self.donors, "project": self.projects, "earmark": self.earmarks}

    def find(self, about: str) -> About | None:
        """The one that ``about`` names, as ``donor-7``; None for anything else."""
        kind, _dash, key = about.partition("-")
        rows = self.by_kind().get(kind, [])
        return next((row for row in rows if str(row.pk) == key), None)

    def options(self, chosen: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Choices of a form under their headings; those without one are left out."""
        headings = {"donor": _("Donors"), "project": _("Projects"), "earmark": _("Earmarks")}
        found = []
        for kind, rows in self.by_kind().items():
            values = [(f"{kind}-{row.pk}", str(row)) for row in rows]
            options = [(value, label, value == chosen) for value, label in values]
            if options:
                found.append((headings[kind], options))
        return found


def subjects(fund: Fund, reader: Reader) -> Subjects:
    """Those of a fund, in the order of their names."""
    return Subjects(
        list(queries.earmarks(reader).filter(fund=fund)),
        sorted(queries.donors(fund), key=str),
        sorted(queries.projects(fund, reader), key=str),
    )


def days(starts_on: date | None, ends_on: date | None, today: date) -> tuple[date, date]:
    """The days asked for, else this year so far; raises ``Invalid`` for days in reverse."""
    first, last = queries.year_to(ends_on or today)
    first = starts_on or first
    if first > last:
        text = _("The period ends before it begins.")
        raise Invalid(text, {"to": text})
    return first, last


def subject(fund: Fund, reader: Reader, kind: str, key: int) -> About:
    """One donor, project or earmark of a fund; raises ``Missing``."""
    found = subjects(fund, reader).find(f"{kind}-{key}")
    if found is None:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    return found
