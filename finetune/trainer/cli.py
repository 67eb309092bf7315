"""The commands `finetune trainer` and `finetune pretrain`, registered by `finetune/cli.py`.

They raise FinetuneError with one line for the user; the caller turns it into an exit code.
"""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from finetune.errors import InputError
from finetune.settings import TrainerSettings, load
from finetune.trainer.engine import Checkpoint, Step
from finetune.trainer.engine import Progress as Told
from finetune.trainer.importing import importing

_LIBRARIES = {
    "trainer": ("fsspec", "jax", "numpy", "optax", "safetensors", "tokenizers"),
    "peft": (
        *("fsspec", "torch", "transformers", "peft", "trl"),
        *("accelerate", "datasets", "safetensors"),
    ),
    "ray": ("ray",),
}
DataDir = Annotated[Path | None, typer.Option(help="Overrides DATA_DIR.", show_default=False)]


def serve(
    engine: Annotated[
        Literal["embedded", "peft"] | None,
        typer.Option(help="Overrides TRAINER_ENGINE.", show_default=False),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[NAME=]PATH_OR_HUB_ID",
            help="Base model of the engine peft; may be repeated. Overrides TRAINER_MODELS.",
            show_default=False,
        ),
    ] = None,
    launcher: Annotated[
        Literal["local", "ray"] | None,
        typer.Option(help="Overrides TRAINER_LAUNCHER.", show_default=False),
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Overrides TRAINER_STORAGE.", show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Overrides TRAINER_PORT; 0: any.", show_default=False),
    ] = None,
    data_dir: DataDir = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    ready_file: Annotated[
        Path | None,
        typer.Option(help="Gets the server's URL once it listens.", show_default=False),
    ] = None,
) -> None:
    """Serve training and models in OpenAI's wire format, with a page to try them.

    Keys: TRAINER_API_KEYS; without them, one is made and kept in DATA_DIR/trainer/key.

    Example: finetune trainer

    Example: finetune trainer --engine peft --model house=/models/house
    """
    settings = load(
        TrainerSettings,
        **_given(
            trainer_engine=engine,
            trainer_models=tuple(model) if model else None,
            trainer_launcher=launcher,
            trainer_storage=storage,
            trainer_port=port,
            data_dir=data_dir,
        ),
    )
    need_extra(*_extras(settings))
    with importing():
        from finetune.trainer.server import serve_until_stopped

    serve_until_stopped(settings, host, ready_file)


def _extras(settings: TrainerSettings) -> list[str]:
    """What these settings need on this machine."""
    ray = settings.trainer_launcher == "ray"
    vllm = settings.trainer_vllm_url or settings.trainer_vllm_command
    if settings.trainer_engine == "embedded":
        return ["trainer", "ray"] if ray else ["trainer"]
    # Where a vLLM answers, only a job needs torch here, and says so when it is not there.
    return ([] if vllm else ["peft"]) + (["ray"] if ray else [])


def pretrain(
    file: Annotated[Path, typer.Argument(help='Chat rows: {"messages": […]} on each line.')],
    name: Annotated[str, typer.Option(help="What clients will call the model.")],
    engine: Annotated[
        Literal["embedded", "peft"] | None,
        typer.Option(help="Overrides TRAINER_ENGINE.", show_default=False),
    ] = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Train a base model from a file, once; the same file again does nothing.

    Example: finetune pretrain handbook.jsonl --name handbook-base
    """
    settings = load(TrainerSettings, **_given(trainer_engine=engine, data_dir=data_dir))
    need_extra("trainer" if settings.trainer_engine == "embedded" else "peft")
    from finetune.trainer.engines import engine_named
    from finetune.trainer.home import Home
    from finetune.trainer.pretraining import pretrain_once
    from finetune.trainer.stores.storage import open_storage

    console = Console(stderr=True)
    home = Home.under(settings.data_dir)
    with _Shown(console, name) as shown:
        storage = open_storage(settings.trainer_storage or home.root, home.cache / "storage")
        engine_ = engine_named(settings.trainer_engine)
        done = pretrain_once(home, engine_, file, name, shown.tell, storage)
    if as_json:
        document = {
            "name": name,
            "rows": done.rows,
            "trained": done.trained,
            "reproduced": done.reproduced,
        }
        typer.echo(json.dumps(document))
    elif done.reproduced is not None:
        console.print(f"{name}: {done.reproduced:.0%} of {done.rows} answers learnt word by word")
    elif done.trained:
        console.print(f"{name} is trained on {done.rows} rows")
    else:
        console.print(f"{name} was already trained from this file")


def need_extra(*extras: str) -> None:
    """Raises InputError when the libraries of an extra (`trainer` if none is named) are missing."""
    for extra in extras or ("trainer",):
        for library in _LIBRARIES[extra]:
            if find_spec(library) is None:
                raise InputError(
                    f"{library} is not installed; this needs its extra: "
                    f"pip install 'apprentice[{extra}]'"
                )


class _Shown:
    """The training as one line: it ends when all rows are reproduced, so that fills the bar."""

    def __init__(self, console: Console, name: str) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[state]}"),
        )
        self._bar = Progress(*columns, TimeElapsedColumn(), console=console)
        self._name = name
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._task is not None:
            self._bar.stop()

    def tell(self, told: Told) -> None:
        """Show what the engine reports; the bar appears with the first report."""
        if self._task is None:
            self._bar.start()
            title = f"Training {self._name}"
            self._task = self._bar.add_task(title, total=1.0, state="starting")
        if isinstance(told, Step):
            state = f"step {told.step}, loss {told.train_loss:.3f}"
            self._bar.update(self._task, state=state)
        elif isinstance(told, Checkpoint):
            share = told.step / told.total_steps if told.reproduced is None else told.reproduced
            self._bar.update(self._task, completed=share)


def _given(**options: object) -> dict[str, Any]:
    """The options that were given; the others come from the environment."""
    return {name: value for name, value in options.items() if value is not None}
