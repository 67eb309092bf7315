"""Cuts OpenAI's published document down to what the trainer speaks, for the judges of its wire format.

    git clone https://github.com/openai/openai-openapi && cd openai-openapi && git checkout COMMIT
    python tests/judge_openai/prune.py openai-openapi/openapi.json

Keeps our operations and the schemas they reach, word for word but for prose: descriptions,
examples and `x-` extensions go. Writes `openapi.json` beside itself; README.md names the commit.
"""

import json
import sys
from pathlib import Path
from typing import Any

COMMIT = "f85dbe223d40e1a31cba812ab2d755c7e98a92a3"
HERE = Path(__file__).parent
OURS = (
    "post /chat/completions",
    "post /completions",
    "post /embeddings",
    "get /files",
    "post /files",
    "get /files/{file_id}",
    "delete /files/{file_id}",
    "get /files/{file_id}/content",
    "get /fine_tuning/jobs",
    "post /fine_tuning/jobs",
    "get /fine_tuning/jobs/{fine_tuning_job_id}",
    "post /fine_tuning/jobs/{fine_tuning_job_id}/cancel",
    "get /fine_tuning/jobs/{fine_tuning_job_id}/checkpoints",
    "get /fine_tuning/jobs/{fine_tuning_job_id}/events",
    "post /fine_tuning/jobs/{fine_tuning_job_id}/pause",
    "post /fine_tuning/jobs/{fine_tuning_job_id}/resume",
    "get /models",
    "get /models/{model}",
    "delete /models/{model}",
    "post /uploads",
    "post /uploads/{upload_id}/cancel",
    "post /uploads/{upload_id}/complete",
    "post /uploads/{upload_id}/parts",
)
_NAMED = {"properties", "$defs", "schemas", "patternProperties"}  # their keys are names, not words
_PROSE = {"description", "summary", "example", "examples", "externalDocs", "title", "tags"}


def without_prose(value: Any, *, named: bool = False) -> Any:
    """The same rules without what only a reader needs."""
    if isinstance(value, list):
        return [without_prose(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_prose(item, named=not named and key in _NAMED)
        for key, item in value.items()
        if named or not (key in _PROSE or key.startswith("x-"))
    }


def references(value: Any) -> set[tuple[str, str]]:
    """Section and name of all components mentioned somewhere in `value`."""
    if isinstance(value, list):
        return {target for item in value for target in references(item)}
    if not isinstance(value, dict):
        return set()
    found = {target for item in value.values() for target in references(item)}
    target = value.get("$ref")
    if isinstance(target, str):
        _, _, section, name = target.split("/")
        found.add((section, name))
    return found


def components(document: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    """All components that `paths` reach."""
    kept: dict[str, dict[str, Any]] = {}
    open_ends = references(paths)
    while open_ends:
        section, name = open_ends.pop()
        if name not in kept.setdefault(section, {}):
            kept[section][name] = without_prose(document["components"][section][name])
            open_ends |= references(kept[section][name])
    return {section: dict(sorted(found.items())) for section, found in sorted(kept.items())}


def pruned(document: dict[str, Any]) -> dict[str, Any]:
    """The document with our operations only."""
    paths: dict[str, Any] = {}
    for operation in OURS:
        method, path = operation.split(" ")
        paths.setdefault(path, {})[method] = without_prose(document["paths"][path][method])
    return {
        "openapi": document["openapi"],
        "info": {
            "title": document["info"]["title"],
            "version": document["info"]["version"],
            "license": {"name": "MIT"},
            "x-source": f"https://github.com/openai/openai-openapi/tree/{COMMIT}",
        },
        "servers": document["servers"],
        "paths": paths,
        "components": components(document, paths),
    }


if __name__ == "__main__":
    whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(pruned(whole), ensure_ascii=False, separators=(",", ":"))
    (HERE / "openapi.json").write_text(text + "\n", encoding="utf-8")
