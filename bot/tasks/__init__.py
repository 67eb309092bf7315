"""Durable work: answer a turn, curate a reply's feedback, advance a run, keep the schedule.

Listeners queue it (through `Tasks`) before Slack gets its 200; any worker on the same Redis does
it, and does it again if it was killed. Every task is written so that doing it twice changes
nothing. One thread is answered in order, one reply curated at a time; all else runs in parallel.
"""

from bot.tasks.answering import Answering
from bot.tasks.delays import longest_waits
from bot.tasks.docketing import unknown_work
from bot.tasks.feedback import FeedbackWork
from bot.tasks.queue import Tasks
from bot.tasks.registering import Work, register
from bot.tasks.retraining import RunWork
from bot.tasks.schedule import Kept, reschedule
from bot.tasks.second_chance import Outcome, SecondChance
from bot.tasks.trying import Trying

__all__ = [
    "Answering",
    "FeedbackWork",
    "Kept",
    "Outcome",
    "RunWork",
    "SecondChance",
    "Tasks",
    "Trying",
    "Work",
    "longest_waits",
    "register",
    "reschedule",
    "unknown_work",
]
