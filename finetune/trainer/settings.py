"""The one place of the trainer that touches the environment: it pins the numeric threads.

Done before NumPy or JAX is imported, when a process asks for the embedded engine.
"""

import os

_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "NPROC": "1",  # read by XLA for the size of its pool
    "JAX_PLATFORMS": "cpu",
    "TOKENIZERS_PARALLELISM": "false",
}
_DEVICES = "CUDA_VISIBLE_DEVICES"


def pin_numeric_threads() -> None:
    """One thread for all matrix work of a model this small: a second one on a busy machine makes a
    step 10 times slower."""
    for name, value in _ONE_THREAD.items():
        os.environ.setdefault(name, value)  # noqa: TID251 - this file is the trainer's settings


def child_environment(device: str | None = None) -> dict[str, str]:
    """What the training child is started with: our own environment without our keys.

    `device`: the one GPU it sees.
    """
    kept = dict(os.environ)  # noqa: TID251 - this file is the trainer's settings
    for secret in ("TRAINER_API_KEYS", "TRAINER_VLLM_API_KEY"):
        kept.pop(secret, None)
    seen = {} if device is None else {_DEVICES: device}
    return kept | seen


def vllm_environment(key: str) -> dict[str, str]:
    """What a vLLM of ours is started with: our own environment without our keys, and its own key."""
    kept = dict(os.environ)  # noqa: TID251 - this file is the trainer's settings
    for name in ("TRAINER_API_KEYS", "TRAINER_VLLM_API_KEY"):
        kept.pop(name, None)
    return kept | {"VLLM_API_KEY": key, "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1"}


def visible_devices() -> tuple[str, ...] | None:
    """The GPUs that somebody chose for us; None when nobody did."""
    chosen = os.environ.get(_DEVICES)  # noqa: TID251 - this file is the trainer's settings
    if chosen is None:
        return None
    return tuple(name for name in chosen.replace(" ", "").split(",") if name not in {"", "-1"})
