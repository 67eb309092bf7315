"""What people have chosen: for a channel, for the workspace, for themselves.

Changed in modals and in App Home, kept by `Preferences`, asked at every turn.
"""

from typing import Literal

from finetune import Frozen


class ChannelSettings(Frozen):
    """How the bot behaves in one channel. Empty text: as everywhere.

    `model` is a fixed model's name (empty: the champion); `language` that of the bot's own sentences
    (empty: the reader's); `show_corrections`: corrected text is shown in the thread.
    """

    allowed: bool = True
    model: str = ""
    system_prompt: str = ""
    language: Literal["", "en", "ja"] = ""
    show_corrections: bool = False
    changed_by: str = ""
    changed_at: float = 0.0


class Prompt(Frozen):
    """A question that the agent pane suggests: what its button says, and what is then asked."""

    title: str
    message: str


class WorkspaceSettings(Frozen):
    """What an admin chose for everyone. Slack shows four prompts at most."""

    prompts: tuple[Prompt, ...] = ()


class PersonSettings(Frozen):
    """What one person chose. `news`: a message when a model that learnt their correction is live.

    `opted_out_at`: seconds since the epoch; None for whoever did so before this was noted.
    """

    opted_out: bool = False
    news: bool = True
    opted_out_at: float | None = None
