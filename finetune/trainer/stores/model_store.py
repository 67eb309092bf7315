"""Which models there are: base models that every key sees, fine-tuned ones of their key.

A model is a folder written by an engine; the database says who may use it. Checkpoints of a job
can be asked as models too, under the job's model name with `:ckpt-step-…` behind it.
"""

import contextlib
import time
from dataclasses import dataclass
from typing import Any

from finetune.trainer.engine import Engine
from finetune.trainer.errors import BadRequest, Conflict, NotFoundHere
from finetune.trainer.stores.database import Database, unpacked
from finetune.trainer.stores.storage import Storage

CHECKPOINT = ":ckpt-step-"
_UNDER_WAY = frozenset({"validating_files", "queued", "running"})
_FIELDS = "model_id, owner, created_at, path AS folder, taught"


@dataclass(frozen=True)
class StoredModel:
    """One model. `owner` None: every key sees it. `folder` is a name in the storage.

    `taught`: the digest of the rows, or the id of the job, that made it.
    """

    model_id: str
    owner: str | None
    created_at: int
    folder: str
    taught: str

    def wire(self, engine: Engine) -> dict[str, Any]:
        """OpenAI's model object, with a word on what the model is."""
        return {
            "id": self.model_id,
            "object": "model",
            "created": self.created_at,
            "owned_by": "trainer" if self.owner is None else "user",
            "shutdown_date": None,
            "metadata": {"engine": engine.name, "limits": engine.limits},
        }


class ModelStore:
    """Models of all keys, as far as this server's engine made them."""

    def __init__(self, database: Database, storage: Storage, engine: Engine) -> None:
        self._database = database
        self._storage = storage
        self._engine = engine.name

    def add(self, model_id: str, owner: str | None, folder: str, taught: str) -> None:
        """Make a finished model known; a model of the same name is replaced."""
        self._database.change(
            "INSERT OR REPLACE INTO models (model_id, owner, created_at, path, taught, engine)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(model_id, owner, int(time.time()), folder, taught, self._engine),
        )

    def base(self, model_id: str) -> StoredModel | None:
        """A base model by its name."""
        found = self._database.one(
            f"SELECT {_FIELDS} FROM models WHERE model_id = ? AND owner IS NULL AND NOT deleted"  # noqa: S608 - constant names
            " AND engine = ?",
            *(model_id, self._engine),
        )
        return StoredModel(**found) if found else None

    def bases(self) -> "list[StoredModel]":
        """Every base model."""
        found = self._database.all(
            f"SELECT {_FIELDS} FROM models WHERE owner IS NULL AND NOT deleted AND engine = ?",  # noqa: S608 - constant names
            self._engine,
        )
        return [StoredModel(**row) for row in found]

    def withdraw(self, model_id: str) -> None:
        """Forget a base model; what it points to stays where it is."""
        self._database.change(
            "DELETE FROM models WHERE model_id = ? AND owner IS NULL AND engine = ?",
            *(model_id, self._engine),
        )

    def get(self, owner: str, model_id: str) -> StoredModel:
        """A model this key may use. Raises NotFoundHere."""
        if CHECKPOINT in model_id:
            checkpoint = self._checkpoint(owner, model_id)
            if not self._storage.exists(checkpoint.folder):
                raise _unknown(model_id)
            return checkpoint
        found = self._database.one(
            f"SELECT {_FIELDS} FROM models WHERE model_id = ? AND NOT deleted"  # noqa: S608 - constant names
            " AND (owner IS NULL OR owner = ?) AND engine = ?",
            *(model_id, owner, self._engine),
        )
        if found is None:
            raise _unknown(model_id)
        return StoredModel(**found)

    def list(self, owner: str) -> "list[StoredModel]":
        """Base models and this key's own, oldest first."""
        found = self._database.all(
            f"SELECT {_FIELDS} FROM models WHERE NOT deleted AND (owner IS NULL OR owner = ?)"  # noqa: S608 - constant names
            " AND engine = ? ORDER BY created_at, model_id",
            *(owner, self._engine),
        )
        return [StoredModel(**row) for row in found]

    def forget(self, owner: str, model_id: str) -> StoredModel:
        """A fine-tuned model is not there any more, only its folder is; again is no error.

        Raises NotFoundHere, BadRequest for a base model, Conflict while a job needs it.
        """
        if CHECKPOINT in model_id:
            return self._forget_checkpoint(owner, model_id)
        found = self._database.one(
            f"SELECT {_FIELDS} FROM models WHERE model_id = ? AND (owner IS NULL OR owner = ?)"  # noqa: S608 - constant names
            " AND engine = ?",
            *(model_id, owner, self._engine),
        )
        if found is None:
            raise _unknown(model_id)
        if found["owner"] is None:
            raise BadRequest(f"{model_id} is a base model and stays; delete fine-tuned models only")
        self._refuse_while_needed(model_id)
        self._database.change("UPDATE models SET deleted = 1 WHERE model_id = ?", model_id)
        return StoredModel(**found)

    def remove(self, model: StoredModel) -> None:
        """Free the room of a forgotten model; again is no error."""
        self._free(model.model_id, model.folder)

    def clear_torn(self) -> None:
        """Free the room of models that a killed server had only forgotten."""
        for row in self._database.all("SELECT model_id, path FROM models WHERE deleted = 1"):
            with contextlib.suppress(OSError):  # nobody sees it, and the next start tries again
                self._free(row["model_id"], row["path"])

    def _free(self, model_id: str, folder: str) -> None:
        self._storage.remove(folder)
        self._database.change(
            "UPDATE models SET deleted = 2 WHERE model_id = ? AND deleted = 1", model_id
        )

    def _refuse_while_needed(self, model_id: str) -> None:
        for row in self._database.all(
            "SELECT job_id, request, status FROM jobs WHERE engine = ? AND finished_at IS NULL",
            self._engine,
        ):
            if row["status"] in _UNDER_WAY and unpacked(row["request"])["model"] == model_id:
                raise Conflict(f"{row['job_id']} is trained from {model_id}; cancel it first.")

    def _forget_checkpoint(self, owner: str, model_id: str) -> StoredModel:
        """What makes a checkpoint be there is its folder, so nothing is changed yet."""
        checkpoint = self._checkpoint(owner, model_id)
        job = self._database.one("SELECT status FROM jobs WHERE job_id = ?", checkpoint.taught)
        if job and job["status"] in _UNDER_WAY:
            raise Conflict(f"{checkpoint.taught} may have to go on from {model_id}.")
        return checkpoint

    def _checkpoint(self, owner: str, model_id: str) -> StoredModel:
        """A checkpoint this key's job has made, whether or not it is still there."""
        name, _, step = model_id.partition(CHECKPOINT)
        found = self._database.one(
            "SELECT c.created_at, c.path, c.job_id FROM checkpoints c JOIN jobs j USING (job_id)"
            " WHERE j.owner = ? AND j.model_id = ? AND j.engine = ? AND c.step = ?",
            *(owner, name, self._engine, int(step) if step.isdecimal() and len(step) < 10 else -1),
        )
        if found is None:
            raise _unknown(model_id)
        return StoredModel(model_id, owner, found["created_at"], found["path"], found["job_id"])


def _unknown(model_id: str) -> NotFoundHere:
    return NotFoundHere(
        f"The model `{model_id}` does not exist or you do not have access to it.",
        code="model_not_found",
        param="model",
    )
