# syntax=docker/dockerfile:1
# The service: `bot serve` by default, `bot worker` for replicas. The trainer is not in it.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/apprentice
WORKDIR /source
# The dependencies first: this layer stays while only our code changes.
COPY locks/bot.txt locks/bot.txt
RUN /opt/apprentice/bin/pip install --require-hashes --requirement locks/bot.txt
RUN /opt/apprentice/bin/pip install hatchling
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY finetune finetune
RUN /opt/apprentice/bin/pip install --no-deps --no-build-isolation . \
 && /opt/apprentice/bin/pip uninstall --yes hatchling pip

FROM python:3.11-slim-bookworm
ENV PATH=/opt/apprentice/bin:$PATH PYTHONUNBUFFERED=1 PYTHONUTF8=1 \
    HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
RUN useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin apprentice
COPY --from=build /opt/apprentice /opt/apprentice
USER apprentice
WORKDIR /data
VOLUME /data
EXPOSE 3000
# /readyz also looks at Redis; /healthz only says that the process answers, which is what a restart mends.
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=2)"]
# Run it with --init (compose.yaml does): process 1 is deaf to SIGTERM until it has set its handlers.
ENTRYPOINT ["bot"]
CMD ["serve"]
