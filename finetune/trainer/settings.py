"""The one place of the trainer that touches the environment: it pins the numeric threads.

Called before NumPy or JAX is imported, by the server, by `pretrain` and by the training child.
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


def pin_numeric_threads() -> None:
    """One thread for all matrix work: on a busy machine a second one makes a step 10 times slower."""
    for name, value in _ONE_THREAD.items():
        os.environ.setdefault(name, value)  # noqa: TID251 - this file is the trainer's settings


def child_environment() -> dict[str, str]:
    """What the training child is started with: our own environment, threads pinned, no keys."""
    kept = dict(os.environ)  # noqa: TID251 - this file is the trainer's settings
    kept.pop("TRAINER_API_KEYS", None)
    return kept | _ONE_THREAD
