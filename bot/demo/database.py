"""The demo's embedded Valkey as a program of its own: `python -m bot.demo.database DATA_DIR FILE`.

Apart from the supervisor, so that a Ctrl-C in the terminal does not reach it before its clients have
stopped. Puts the handbook into the workspace's dataset, which changes nothing where it is there
already; then what the others need goes into FILE.
"""

import asyncio
import signal
import sys
from pathlib import Path

from bot.demo import handbook
from bot.demo.opened import Opened
from bot.sandbox.workspace import TEAM_ID
from finetune import Settings
from finetune.bootstrap import database, toolkit


async def keep(data_dir: Path, file: Path) -> None:
    """Hold the database until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # Explicit: neither a REDIS_URL of the environment nor a `.env` moves the demo's data.
    settings = Settings(redis_url=None, data_dir=data_dir)
    async with database(settings) as address:
        async with toolkit(settings, address) as kit:
            workspace = kit.workspace(TEAM_ID)
            await workspace.dataset.import_rows(handbook.rows(), by="handbook")
            champion = await workspace.registry.champion()
        Opened(address, champion).write(file)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(keep(Path(sys.argv[1]), Path(sys.argv[2])))
