"""The admins' part of App Home: champion, dataset, schedule, health, runs, settings of channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConversationFilter,
    ConversationSelectElement,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    SectionBlock,
)

from bot.domain.preferences import ChannelSettings
from bot.slack.blocks.parts import code, context, date, escape, section
from bot.slack.blocks.retiring import retiring_lines
from bot.texts import Texts
from bot.texts.home import HomeTexts
from bot.texts.places import PlaceTexts
from finetune import Retiring, Run, Status

CHANNELS = 20  # with settings, that are listed
_LANGUAGES = {"en": "English", "ja": "日本語"}


@dataclass(frozen=True)
class Standing:
    """How the workspace is; `since` is when its champion was promoted, `next_run` in seconds."""

    champion: str
    since: float | None
    counts: Mapping[Status, int]
    next_run: float | None
    runs: Sequence[Run]
    problems: Sequence[str]
    channels: Mapping[str, ChannelSettings]
    retiring: Sequence[Retiring] = ()


def standing_blocks(standing: Standing, said: Texts) -> list[Block]:
    """All that admins see, with the ways to what they may set."""
    words = said.home
    ending = retiring_lines(standing.retiring, standing.champion, said.runs)
    return [
        DividerBlock(),
        HeaderBlock(text=words.admins),
        section("\n".join(_facts(standing, words))),
        *([section("\n".join(ending))] if ending else []),
        section("\n".join([words.runs, *_runs(standing.runs, words)])),
        section(words.retrain_hint),
        ActionsBlock(
            block_id="admins",
            elements=[ButtonElement(text=words.prompts_button, action_id="workspace_edit")],
        ),
        *_channels(standing.channels, said),
    ]


def _facts(standing: Standing, said: HomeTexts) -> list[str]:
    counts = {f"{status.value}": f"{n:,}" for status, n in standing.counts.items()}
    champion = said.champion_first.format(model=code(standing.champion))
    if standing.since is not None:
        champion = said.champion_since.format(
            model=code(standing.champion), date=date(standing.since)
        )
    schedule = said.schedule_none
    if standing.next_run is not None:
        schedule = said.schedule_next.format(date=date(standing.next_run))
    problems = [said.problem.format(problem=escape(p[:400])) for p in standing.problems[:5]]
    return [champion, said.counts.format(**counts), schedule, *(problems or [said.healthy])]


def _runs(runs: Sequence[Run], said: HomeTexts) -> list[str]:
    lines = [
        f"• {date(run.created_at)} `{run.run_id[-8:]}` {getattr(said, f'run_{run.state.value}')}"
        for run in runs
    ]
    return lines or [said.runs_none]


def _channels(channels: Mapping[str, ChannelSettings], said: Texts) -> list[Block]:
    words = said.home
    choose = ConversationSelectElement(
        action_id="channel_choose",
        placeholder=words.channel_choose,
        filter=ConversationFilter(
            include=["public", "private"],
            exclude_bot_users=True,
            exclude_external_shared_channels=False,
        ),
    )
    head = f"{words.channels}" + ("" if channels else f"\n{words.channels_none}")
    blocks: list[Block] = [
        SectionBlock(
            block_id="channel-choose", text=MarkdownTextObject(text=head), accessory=choose
        )
    ]
    for channel, settings in sorted(channels.items())[:CHANNELS]:
        button = ButtonElement(text=words.channel_edit, action_id="channel_edit", value=channel)
        line = f"<#{channel}> · {described(settings, said.places)}"
        blocks.append(
            SectionBlock(
                block_id=f"channel-{channel}", text=MarkdownTextObject(text=line), accessory=button
            )
        )
    if (more := len(channels) - CHANNELS) > 0:
        blocks.append(context(words.channels_more.format(number=more)))
    return blocks


def described(settings: ChannelSettings, said: PlaceTexts) -> str:
    """What is special about a channel, in a few words."""
    if not settings.allowed:
        return said.line_silent
    parts = [
        said.line_model.format(model=code(settings.model)) if settings.model else "",
        said.line_prompt if settings.system_prompt else "",
        said.line_language.format(language=_LANGUAGES[settings.language])
        if settings.language
        else "",
        said.line_corrections if settings.show_corrections else "",
    ]
    return " · ".join(part for part in parts if part) or said.line_usual
