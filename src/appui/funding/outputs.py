"""The forecast and the record of asks as plain values, the same for the API and the command
line."""

from collections.abc import Mapping
from typing import Any

from appui.funding.forecast import Line
from appui.funding.queries import ForecastRow, OwnerForecast, StageLine, Track, quarter_name
from appui.funding.track import Record

FIGURES = ("committed", "weighted", "low", "middle", "high", "everything")


def line_values(line: Line) -> dict[str, Any]:
    """The figures of a line as text, with the keys of its asks."""
    figures = {name: str(getattr(line, name)) for name in FIGURES}
    return {**figures, "is_exact": line.is_exact, "proposal_ids": list(line.keys)}


def forecast_values(found: OwnerForecast) -> dict[str, Any]:
    """A forecast with what it counts and the asks behind it."""
    whys = {why: line for why, line in found.found.outside.items() if line.keys}
    return {
        "organisation": str(found.owner),
        "organisation_id": found.owner.pk,
        "currency": found.currency,
        "boundary": found.boundary,
        "rate_rule": found.rate_rule,
        "quarters": [
            {"quarter": quarter_name(quarter), **line_values(line)}
            for quarter, line in found.found.quarters.items()
        ],
        "period": line_values(found.found.period),
        "outside": [{"why": why.value, **line_values(line)} for why, line in whys.items()],
        "whole": line_values(found.found.whole),
        "asks": [_row_values(row) for row in found.rows],
    }


def _row_values(row: ForecastRow) -> dict[str, Any]:
    where = row.where
    counted = row.counted
    return {
        "id": row.ask.pk,
        "reference": row.ask.reference,
        "title": row.ask.title,
        "where": quarter_name(where) if isinstance(where, tuple) else where and where.value,
        "on": row.on.isoformat() if row.on else None,
        "committed": row.is_committed,
        "amount": str(row.original.amount),
        "currency": row.original.currency,
        "probability": str(row.probability),
        "counted": str(counted.money.amount) if counted else None,
        "rate": f"{counted.rate.normalize():f}" if counted else None,
        "rate_date": counted.rate_date.isoformat() if counted else None,
        "rate_source": counted.rate_source if counted else None,
    }


def track_values(found: Track) -> dict[str, Any]:
    """Win rates and times in stage, all together and by donor."""
    return {
        "organisation": str(found.owner),
        "organisation_id": found.owner.pk,
        "whole": record_values(found.whole),
        "donors": [
            {"donor_id": item.donor.pk, "donor": str(item.donor), **record_values(item.record)}
            for item in found.donors
        ],
    }


def record_values(record: Record) -> dict[str, Any]:
    """One record; ``win_rate`` is 0 to 1 and null without an answer, times are median days."""
    rate = record.rate
    return {
        "asks": record.asks,
        "open": record.open,
        "won": record.won,
        "lost": record.lost,
        "withdrawn": record.withdrawn,
        "win_rate": None if rate is None else str(round(rate, 4)),
        "answered": record.answered,
        "is_small": record.is_small,
        "stages": {
            code: {"median_days": str(time.median), "count": time.count, "still": time.still}
            for code, time in record.times.items()
        },
    }


def stage_values(line: StageLine, asks: Mapping[str, int]) -> dict[str, Any]:
    """One stage, with how many asks stand there."""
    return {
        "code": line.code,
        "name": line.name,
        "category": line.category.value,
        "probability": str(line.probability),
        "stale_after": line.stale_after,
        "retired": line.is_retired,
        "own": line.row is not None,
        "asks": asks.get(line.code, 0),
    }
