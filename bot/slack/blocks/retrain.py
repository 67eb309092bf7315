"""The `/retrain` modal: what a run would do, what may be chosen, and its start button."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ContextBlock,
    DividerBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View

from bot.slack.blocks.check import check_blocks
from bot.slack.blocks.parts import code, escape, section
from bot.slack.blocks.problems import problem_lines
from bot.texts import EN, Texts
from bot.texts.retrain import RetrainTexts
from finetune import LEAST_PAIRS, Method, Preview, Rehearsal, Source

OTHER = ":other:"  # no model is called so
LONGEST_NAME = 200
LOADING = "retrain_loading"  # callback_id until there is something to decide on


@dataclass(frozen=True)
class Wish:
    """What an admin chose. `base_model` empty: another one was chosen and none was named."""

    base_model: str
    method: Method
    dry: bool

    @property
    def usable(self) -> bool:
        """Whether the base could be the name of a model."""
        return (
            self.base_model.isprintable()
            and " " not in self.base_model
            and (len(self.base_model) <= LONGEST_NAME)
        )


def run_mark(run_id: str) -> Metadata:
    """Metadata by which the message about a run is found again."""
    return Metadata("apprentice_run", {"run_id": run_id})


def loading_view(channel: str, said: RetrainTexts, title: str = "", name: str = "") -> View:
    """Shown while a large dataset is read. `name`: an external id to find it by."""
    return View(
        type="modal",
        callback_id=LOADING,
        external_id=name or None,
        title=title or said.title,
        close=said.close,
        private_metadata=json.dumps({"channel": channel}),
        blocks=[section(f":hourglass_flowing_sand: {said.loading}")],
    )


def retrain_view(
    preview: Preview, channel: str, check: Rehearsal | None = None, texts: Texts = EN
) -> View:
    """What is in the dataset and what a run would do; without a submit button when it may not."""
    said = texts.retrain
    problems = problem_lines(preview, texts)
    blocks: list[Block] = [
        SectionBlock(fields=[MarkdownTextObject(text=fact) for fact in _facts(preview, said)]),
        ContextBlock(elements=[MarkdownTextObject(text=_new(preview, said))]),
        DividerBlock(),
        *check_blocks(check, said),
        DividerBlock(),
        section(_what(preview, said)),
    ]
    blocks += [section(f":warning: {problem}") for problem in problems]
    if not problems:
        blocks += _choices(preview, said)
    return View(
        type="modal",
        callback_id="retrain",
        title=said.title,
        submit=None if problems else said.start,
        close=said.close,
        private_metadata=json.dumps({"channel": channel}),
        blocks=blocks,
    )


def wish(view: Mapping[str, Any], base_model: str) -> Wish:
    """What was chosen in the submitted modal; what is missing is as it stood there at first."""
    values = view["state"]["values"]
    chosen = _selected(values, "base_model") or base_model
    if chosen == OTHER:
        chosen = str((values.get("base_typed") or {}).get("base_typed", {}).get("value") or "")
    method = _selected(values, "method")
    ticked = (values.get("dry_run") or {}).get("dry_run", {}).get("selected_options") or []
    return Wish(
        base_model=chosen.strip(),
        method=Method.DPO if method == Method.DPO.value else Method.SUPERVISED,
        dry=bool(ticked),
    )


def _selected(values: Mapping[str, Any], name: str) -> str:
    option = (values.get(name) or {}).get(name, {}).get("selected_option") or {}
    return str(option.get("value") or "")


def _facts(preview: Preview, said: RetrainTexts) -> list[str]:
    flagged = f" · 🚩 {preview.flagged:,}" if preview.flagged else ""
    return [
        f"*{said.approved}*\n{preview.approved:,}",
        f"*{said.corrections}*\n{preview.corrections:,}",
        f"*{said.new}*\n{preview.new_since_last_run:,}",
        f"*{said.pending}*\n{preview.pending:,}{flagged}",
        f"*{said.rows}*\n{preview.train_rows:,} / {preview.validation_rows:,}",
        f"*{said.tokens}*\n{preview.tokens:,}",
    ]


def _new(preview: Preview, said: RetrainTexts) -> str:
    names = {
        Source.THUMBS_UP: said.thumbs_up,
        Source.CORRECTION: said.correction,
        Source.IMPORT: said.imported,
        Source.DISTILL: said.distilled,
    }
    parts = [
        names[source].format(count=count)
        for source, count in sorted(preview.new_by_source.items(), key=lambda e: e[0].value)
    ]
    return f"{said.new}: {' · '.join(parts)}" if parts else said.new_none


def _what(preview: Preview, said: RetrainTexts) -> str:
    what = said.what.format(base=code(preview.base_model), champion=code(preview.champion))
    return f"{what} {said.live_auto if preview.promotion == 'auto' else said.live_approve}"


def _choices(preview: Preview, said: RetrainTexts) -> list[Block]:
    return [
        InputBlock(block_id="base_model", label=said.base, element=_bases(preview, said)),
        InputBlock(
            block_id="base_typed",
            label=said.base_typed,
            hint=said.base_typed_hint,
            optional=True,
            element=PlainTextInputElement(action_id="base_typed", max_length=LONGEST_NAME),
        ),
        InputBlock(
            block_id="method",
            label=said.method,
            hint=_hint(preview, said),
            element=_methods(preview, said),
        ),
        ContextBlock(elements=[MarkdownTextObject(text=said.epochs)]),
        InputBlock(
            block_id="dry_run",
            label=said.dry_title,
            hint=said.dry_hint,
            optional=True,
            element=CheckboxesElement(
                action_id="dry_run", options=[Option(value="dry", label=said.dry)]
            ),
        ),
    ]


def _bases(preview: Preview, said: RetrainTexts) -> StaticSelectElement:
    options = [_option(preview.base_model, said.base_configured)]
    if preview.champion != preview.base_model:
        options.append(_option(preview.champion, said.base_champion))
    options = [option for option in options if option.value and len(option.value) <= 150]
    options.append(Option(value=OTHER, text=PlainTextObject(text=said.base_other)))
    return StaticSelectElement(action_id="base_model", options=options, initial_option=options[0])


def _option(model: str, label: str) -> Option:
    text = label.format(model=model)
    shown = text if len(text) <= 75 else f"{text[:74]}…"
    return Option(value=model, text=PlainTextObject(text=shown))


def _methods(preview: Preview, said: RetrainTexts) -> RadioButtonsElement:
    options = [Option(value=Method.SUPERVISED.value, label=said.supervised)]
    if preview.pairs >= LEAST_PAIRS:
        options.append(Option(value=Method.DPO.value, label=said.dpo.format(pairs=preview.pairs)))
    return RadioButtonsElement(action_id="method", options=options, initial_option=options[0])


def _hint(preview: Preview, said: RetrainTexts) -> str:
    if preview.pairs >= LEAST_PAIRS:
        return said.dpo_hint
    return said.dpo_too_few.format(least=LEAST_PAIRS, pairs=preview.pairs)


def dry_run_view(found: Rehearsal | None, said: RetrainTexts) -> View:
    """The whole check, and what would be sent; nothing was."""
    blocks: list[Block] = [section(said.dry_nothing)]
    if found is not None:
        summary = said.dry_summary.format(
            rows=found.train_rows,
            bytes=found.bytes,
            held_out=found.validation_rows,
            base=code(found.base_model),
            method=found.method.value,
        )
        blocks = [section(summary), *check_blocks(found, said), DividerBlock()]
        blocks += [section(f"```{part}```") for part in _parts(escape(found.text))]
    return View(
        type="modal",
        callback_id="retrain_dry_run",
        title=said.dry_title,
        close=said.close,
        blocks=blocks,
    )


def _parts(text: str, size: int = 2_800) -> list[str]:
    """Whole lines together, as many as a section takes; a report has some hundred of them."""
    parts = [""]
    for line in text.replace("`", "'").splitlines():
        if len(parts[-1]) + len(line) > size:
            parts.append("")
        parts[-1] += line[:size] + "\n"
    return parts[:40]
