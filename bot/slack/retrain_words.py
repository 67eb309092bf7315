"""What `/retrain WORD` answers: status, history, cancel, promote, reject, rollback, help."""

from datetime import UTC, datetime

from cronsim import CronSim

from bot.decisions import Who
from bot.slack.blocks.parts import code, date
from bot.slack.blocks.retiring import retiring_lines
from bot.slack.blocks.run import compared_with_another, short_standing, summary
from bot.slack.services import Services
from bot.texts import Texts
from finetune import NotFound, Run, RunState

SHOWN = 10  # runs listed by `history`


class RetrainWords:
    """For admins; the listener has checked that it is one, and decisions do so again."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def answer(self, who: Who, word: str, rest: str, said: Texts) -> str:
        """Do what the word says and tell it; a word that is none is answered with the help."""
        if word == "status":
            return await self._status(who.team, said)
        if word == "history":
            listed = await self._services.workspace(who.team).runs.list(limit=SHOWN)
            lines = [history_line(run, said) for run in listed]
            return "\n".join([said.retrain.history, *lines]) if lines else said.retrain.no_runs
        if word == "rollback":
            return await self._rollback(who, rest, said)
        if word in ("cancel", "promote", "reject"):
            return await self._decide(who, word, rest, said)
        return said.retrain.help

    async def _rollback(self, who: Who, rest: str, said: Texts) -> str:
        """One step back, however often somebody asks who heard no answer in time."""
        leaving = rest.removeprefix("from ").strip(" `") or None
        back = await self._services.steering.rollback(who, leaving)
        answer = said.retrain.rolled_back if back.moved else said.retrain.not_rolled_back
        if back.again:
            answer = said.retrain.rolled_back_already
        return answer.format(model=code(back.version.model))

    async def _status(self, team: str, said: Texts) -> str:
        runs, words = self._services.workspace(team).runs, said.retrain
        champion = await self._services.champions.champion(team)
        active = await runs.active()
        lines = [
            words.answering.format(model=code(champion)),
            summary(active, said.runs) if active else words.no_run,
            *await self._held(team, said),
        ]
        if self._services.schedule:
            due = next(CronSim(self._services.schedule, datetime.now(UTC)))
            lines.append(words.next_run.format(date=date(due.timestamp())))
        ending = await self._services.retiring(team)
        return "\n".join([*lines, *retiring_lines(ending, champion, said.runs)])

    async def _held(self, team: str, said: Texts) -> list[str]:
        """One line that names the runs on hold, if there are any."""
        held = await self._services.workspace(team).runs.held()
        names = ", ".join(f"`{run.run_id}`" for run in held)
        return [said.retrain.held.format(runs=names)] if held else []

    async def _decide(self, who: Who, word: str, rest: str, said: Texts) -> str:
        team, steering = who.team, self._services.steering
        run = await self._meant(team, rest)
        if run is None:
            name = rest.split(maxsplit=1)[0][:60].replace("`", "") if rest else ""
            return (
                said.retrain.unknown_run.format(run=f"`{name}`")
                if rest
                else "\n".join([said.retrain.no_run, *await self._held(team, said)])
            )
        decide = {
            "cancel": steering.cancel,
            "promote": steering.promote,
            "reject": steering.decline,
        }[word]
        champion = await self._services.champions.champion(team)
        outdated = compared_with_another(run, champion, said.runs)
        run = await decide(who, run.run_id)
        if word == "promote":
            live = run.state is RunState.PROMOTED
            answer = said.runs.promoted if live else said.retrain.promoting
            return f"{answer}\n{outdated}" if outdated else answer
        return said.retrain.cancelling if word == "cancel" else said.runs.rejected

    async def _meant(self, team: str, rest: str) -> Run | None:
        """The run that was named by its id or the end of it; else the active one.

        A run on hold is meant only by its name: nothing that waits aside ends by a short word.
        """
        runs = self._services.workspace(team).runs
        if rest:
            name = rest.split(maxsplit=1)[0]
            try:
                return await runs.get(name)
            except NotFound:
                recent = await runs.list(limit=50)
                found = [run for run in recent if len(name) >= 4 and run.run_id.endswith(name)]
                return found[0] if len(found) == 1 else None
        return await runs.active()


def history_line(run: Run, said: Texts) -> str:
    """When, which, how it ended, and the numbers of its evaluation."""
    line = said.retrain.history_line.format(
        date=date(run.created_at), run=run.run_id, standing=short_standing(run, said.runs)
    )
    if run.report is None:
        return line
    kept, before = run.report.kept("held_out", "seen")
    numbers = said.retrain.history_numbers.format(
        examples=run.examples,
        fixed=run.report.fixed("corrected"),
        asked=run.report.passed("corrected")[1],
        kept=kept,
        before=before,
        broken=run.report.broken(),
    )
    return f"{line}\n      {numbers}"
