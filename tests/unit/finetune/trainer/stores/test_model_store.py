"""Models in the database and the storage: a kill in a deletion leaves no folder behind."""

from pathlib import Path

from finetune.trainer.embedded.engine import EmbeddedEngine
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.model_store import ModelStore
from finetune.trainer.stores.storage import Storage


def test_the_next_server_frees_what_a_killed_one_was_deleting(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path), tmp_path / "cache")
    models = ModelStore(Database(tmp_path / "trainer.sqlite3"), storage, EmbeddedEngine())
    for name in ("kept", "gone"):
        storage.write(f"models/{name}/weights", b"1")
        models.add(name, "us", f"models/{name}", "ftjob-1")
    models.forget("us", "gone")
    models.clear_torn()
    assert storage.names("models") == ["kept"]
    assert [model.model_id for model in models.list("us")] == ["kept"]
    models.remove(models.forget("us", "gone"))
