"""A public peer: agno's own Slack interface over an agent of it, as its documentation sets one up.

    PYTHON_WITH_AGNO bench/turns_runs/agno_bot.py PORT WORLD SECRET

Runs in an environment of its own (`.tools/agno`); needs nothing of this repository.
"""

import sys
from functools import partialmethod

from slack_sdk.web.async_base_client import AsyncBaseClient
from slack_sdk.web.base_client import BaseClient

PORT, WORLD, SECRET = int(sys.argv[1]), sys.argv[2], sys.argv[3]
for client in (BaseClient, AsyncBaseClient):
    client.__init__ = partialmethod(client.__init__, base_url=f"{WORLD}/api/")

import uvicorn  # noqa: E402
from agno.agent import Agent  # noqa: E402
from agno.models.openai.like import OpenAILike  # noqa: E402
from agno.os import AgentOS  # noqa: E402
from agno.os.interfaces.slack import Slack  # noqa: E402

agent = Agent(
    name="bench",
    model=OpenAILike(id="any", api_key="none", base_url=f"{WORLD}/v1"),
    telemetry=False,
)
slack = Slack(agent=agent, token="xoxb-bench", signing_secret=SECRET)
app = AgentOS(agents=[agent], interfaces=[slack], telemetry=False).get_app()


@app.get("/healthz")
async def healthz() -> None:
    """Up."""


uvicorn.run(app, host="127.0.0.1", port=PORT, log_config=None, access_log=False)
