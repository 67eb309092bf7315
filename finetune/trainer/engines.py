"""Which engine a server has, by the name that TRAINER_ENGINE gives it.

An engine's libraries are imported only when it is the one asked for.
"""

from importlib.util import find_spec

from finetune.errors import InputError
from finetune.trainer.engine import Engine
from finetune.trainer.settings import pin_numeric_threads

_PEFT_NEEDS = ("torch", "transformers", "peft", "trl", "accelerate", "datasets")


def engine_named(name: str, *, libraries: bool = True) -> Engine:
    """The engine `embedded` or `peft`. Raises InputError when its libraries are not installed.

    Asked before anything numeric is imported: the embedded engine computes with one thread, torch has
    the machine's cores unless OMP_NUM_THREADS says otherwise. `libraries` False: it neither trains nor answers in this process, so it needs none here.
    """
    if name == "peft":
        if libraries:
            _need_peft()
        from finetune.trainer.peft_engine.engine import PeftEngine

        engine: Engine = PeftEngine()
        return engine
    pin_numeric_threads()
    from finetune.trainer.embedded.engine import EmbeddedEngine

    return EmbeddedEngine()


def _need_peft() -> None:
    for library in _PEFT_NEEDS:
        if find_spec(library) is None:
            raise InputError(
                f"TRAINER_ENGINE=peft: {library} is not installed; the engine needs its extra: "
                "pip install 'apprentice[trainer,peft]'"
            )
