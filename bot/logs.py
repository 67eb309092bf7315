"""Logs: one JSON line per event on stderr, from our own code and from the libraries."""

import logging
import sys

import structlog

from bot.outages import OUTAGES
from finetune import discreet, discreet_value


def _discreet(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """No secret, in whatever form a value comes; last, so that tracebacks are text already."""
    return {name: _without_secrets(value, name) for name, value in event.items()}


def _without_secrets(value: object, name: str = "") -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {
            _without_secrets(str(within)): _without_secrets(each, str(within))
            for within, each in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(each, name) for each in value]
    said = value if isinstance(value, str) else repr(value)
    return discreet_value(name, said) if name else discreet(said)


def _foreseen(record: logging.LogRecord) -> bool:
    """What the library that does our tasks logs of an error that only means "later"."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and getattr(error, "foreseen", False):
        why = error.__cause__ or error
        record.msg = f"{record.getMessage()}: {type(why).__name__}: {why}"
        record.args, record.exc_info, record.exc_text = (), None, None
    return True


def configure(*, debug: bool, quiet: bool = False) -> None:
    """Set structlog and the standard library's logging up, once per process.

    `quiet`: only what is critical, for a command that says itself what is wrong.
    """
    level = logging.DEBUG if debug else logging.CRITICAL if quiet else logging.INFO
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        *(() if debug else (OUTAGES,)),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _discreet,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=shared,
        )
    )
    if not debug:
        handler.addFilter(OUTAGES)
        handler.addFilter(_foreseen)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("httpx2", "httpcore2", "slack_bolt", "slack_sdk", "docket", "aiohttp"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
