"""Dates and durations as a person types them, read by the archive's language and zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from totem_cli.errors import InvalidError
from totem_cli.language.dates import check_moment, last_day

if TYPE_CHECKING:
    from totem_cli.language.human_dates import ParsedDate
    from totem_cli.model.settings import Settings


def typed_date(value: Any, field: str, settings: Settings) -> ParsedDate:
    """Return a date, and the length of the stretch where the text is one; ``5/10/2023`` is as the language has it.

    Raises InvalidError for what is no date, can be read in two ways or names another day of the week, and for an hour
    whose zone is not known.
    """
    from totem_cli.language.human_dates import ParsedDate

    if not isinstance(value, str):
        return ParsedDate(check_moment(value, field))
    found = _read(value, field, settings)
    if found.time_dropped:
        hint = "write the zone too (19:30 Europe/Paris, 19:30+02:00), or set timezone under [import] in totem.toml"
        raise InvalidError(f"{field} {value!r} {found.why}", field=field, hint=hint)
    return found


def typed_moment(value: Any, field: str, settings: Settings) -> str:
    """Return a date that is no stretch; raises InvalidError as :func:`typed_date`."""
    found = typed_date(value, field, settings)
    if found.duration:
        hint = f"write {field}={found.date} duration={found.duration}"
        raise InvalidError(f"{field} {value!r} is a stretch of time", field=field, hint=hint)
    return found.date


def typed_bound(text: str, field: str, settings: Settings, *, last: bool = False) -> str:
    """Return the first date of what was typed, or the ``last``, for a filter; raises InvalidError as above.

    The hours of a filter do not matter, so they need no zone.
    """
    found = _read(text, field, settings)
    return last_day(found.date, found.duration) if last and len(found.date) == 10 else found.date


def _read(text: str, field: str, settings: Settings) -> ParsedDate:
    from totem_cli.language.human_dates import OrderError, order_of, parse_date

    try:
        found = parse_date(text, field, day_first=order_of(settings.language), timezone=settings.import_.timezone)
    except OrderError as error:
        raise InvalidError(error.message, field=field, hint="write 2020-04-09 (year, month, day)") from None
    if found.assumed:  # the day of the week is another
        raise InvalidError(f"{field} {text!r} {found.assumed}", field=field, hint="leave out the day of the week")
    return found
