"""Numbers and times as templates write them."""

from datetime import UTC, datetime

from markupsafe import Markup, escape


def number(value: float) -> str:
    """With thin spaces between thousands: readable in every language."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", "\u202f")


def percent(value: float | None) -> str:
    """A share from 0 to 1; an en dash where there is none."""
    return "\u2013" if value is None else f"{value * 100:.0f}\u202f%"


def when(seconds: float) -> Markup:
    """A time in UTC; `desk.js` writes it in the reader's own time zone."""
    at = datetime.fromtimestamp(seconds, UTC)
    stamp, shown = at.strftime("%Y-%m-%dT%H:%M:%SZ"), at.strftime("%Y-%m-%d %H:%M UTC")
    return Markup('<time datetime="{}">{}</time>').format(escape(stamp), escape(shown))
