"""Which errors are trouble of the services behind the bot, and which are bugs of ours."""

from slack_sdk.errors import SlackApiError

from bot.adapters.redis import away
from bot.errors import ModelUnavailable, NotReady, SurfaceUnavailable
from bot.slack.trouble import TROUBLE, busy
from finetune import ProviderUnavailable, StoreUnavailable

_OUTSIDE = (
    SurfaceUnavailable,
    ModelUnavailable,
    NotReady,
    StoreUnavailable,
    ProviderUnavailable,
    OSError,  # a full disk, a connection that broke, a timeout
)


def outside(error: BaseException) -> bool:
    """Whether waiting may help, and trying again does not prove the work itself to be at fault."""
    if isinstance(error, BaseExceptionGroup):
        return all(outside(each) for each in error.exceptions)
    if isinstance(error, SlackApiError):
        return busy(error)
    return isinstance(error, (*_OUTSIDE, *TROUBLE)) or away(error)
