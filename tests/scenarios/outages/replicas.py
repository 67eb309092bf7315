"""Two web servers and two workers behind a balancer, to be replaced one after the other.

The balancer takes turns among those whose /readyz is 200, looks again every fifth of a second, and
asks the next one only where a connection was refused: then nothing was sent. Where it finds nobody
ready it asks anyone, as balancers do.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI, Request, Response

from bot.server import serve, work
from bot.settings import Settings
from bot.stopping import Stop
from tests.fakes.serving import taken_port, url_of
from tests.fakes.workplace import until

LOOK = 0.2  # seconds


@dataclass
class Replica:
    """`bot serve --no-worker`, or `bot worker`, in this process: told to stop as by SIGTERM."""

    environment: Mapping[str, str]
    is_worker: bool
    _told: Stop = field(default_factory=Stop, init=False)
    _running: "asyncio.Task[None] | None" = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://{self.environment['HOST']}:{self.environment['METRICS_PORT']}"

    async def start(self) -> None:
        """Until its probes are answered."""
        values = {name.lower(): value for name, value in self.environment.items()}
        settings = Settings.model_validate(values)
        run = (
            work(settings, self._told)
            if self.is_worker
            else serve(settings, worker=False, told=self._told)
        )
        self._running = asyncio.create_task(run)
        async with httpx.AsyncClient(timeout=5) as http:

            async def listening() -> bool:
                assert self._running is not None
                assert not self._running.done(), self._running
                with suppress(httpx.TransportError):
                    return (await http.get(f"{self.url}/healthz")).status_code == 200
                return False

            await until("a replica to listen", listening)

    def tell(self) -> None:
        """To stop."""
        self._told.told.set()

    async def stop(self) -> None:
        """Tell it, and wait until everything is closed. Raises what ended it, if anything did."""
        self.tell()
        if self._running is not None:
            await self._running


@dataclass
class Balancer:
    """`statuses` are all that were answered to whoever asked."""

    replicas: list[Replica] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    _ready: list[Replica] = field(default_factory=list)
    _turn: int = 0

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/slack/events")
        async def events(request: Request) -> Response:
            answer = await self._passed(request)
            self.statuses.append(answer.status_code)
            return answer

        return app

    async def watch(self) -> None:
        """Until cancelled."""
        async with httpx.AsyncClient(timeout=2) as http:
            while True:
                await self.look(http)
                await asyncio.sleep(LOOK)

    async def look(self, http: httpx.AsyncClient) -> None:
        ready = []
        for replica in self.replicas:
            with suppress(httpx.TransportError):
                if (await http.get(f"{replica.url}/readyz")).status_code == 200:
                    ready.append(replica)
        self._ready = ready

    async def _passed(self, request: Request) -> Response:
        body = await request.body()
        headers = {k: v for k, v in request.headers.items() if k not in ("host", "content-length")}
        async with httpx.AsyncClient(timeout=10) as http:
            for _ in range(2 * len(self.replicas)):
                self._turn += 1
                among = self._ready or self.replicas
                replica = among[self._turn % len(among)]
                with suppress(httpx.ConnectError):
                    url = f"{replica.url}/slack/events"
                    answer = await http.post(url, content=body, headers=headers)
                    kind = answer.headers.get("content-type")
                    return Response(answer.content, answer.status_code, media_type=kind)
        return Response("nobody is there", status_code=502)


def replica(values: Mapping[str, str], *, worker: bool) -> Replica:
    """One more, on a port of its own."""
    with taken_port() as listening:
        port = url_of(listening).rpartition(":")[2]
    return Replica({**values, "PORT": port, "METRICS_PORT": port}, worker)


@asynccontextmanager
async def watching(balancer: Balancer) -> AsyncIterator[None]:
    task = asyncio.create_task(balancer.watch())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
