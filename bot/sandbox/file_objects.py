"""Files as Slack tells apps of them. Made for uploads of the app (`methods/files.py`) and of people (`control_posting.py`).

The bytes lie in `state.files`; `url_private` gives them to who shows the app's token.
"""

import mimetypes
import secrets
import time

from bot.sandbox.config import Json
from bot.sandbox.workspace import TEAM_ID

KINDS = {
    "md": "markdown",
    "py": "python",
    "js": "javascript",
    "txt": "text",
    "jpeg": "jpg",
    "yml": "yaml",
}
NAMES = {
    "text": "Plain Text",
    "markdown": "Markdown",
    "python": "Python",
    "javascript": "JavaScript",
    "yaml": "YAML",
    "binary": "Binary",
}
SNIPPETS = frozenset({"text", "markdown", "python", "javascript", "csv", "json", "yaml", "html"})
# What Python's table lacks on some machines.
TYPES = {"md": "text/markdown", "csv": "text/csv", "webp": "image/webp", "yml": "text/yaml"}


def new_file(
    base_url: str, user: str, name: str, size: int, *, title: str = "", alt: str = ""
) -> Json:
    """A file object that nobody shared yet; its content is saved beside it."""
    file_id = "F" + secrets.token_hex(5).upper()
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    kind = KINDS.get(ending, ending) or "binary"
    now = int(time.time())
    where = f"{base_url}/files-pri/{TEAM_ID}-{file_id}"
    return {
        "id": file_id,
        "created": now,
        "timestamp": now,
        "name": name,
        "title": title or name,
        "mimetype": mimetype(name),
        "filetype": kind,
        "pretty_type": NAMES.get(kind, kind.upper()),
        "user": user,
        "user_team": TEAM_ID,
        "editable": kind in SNIPPETS,
        "size": size,
        "mode": "snippet" if kind in SNIPPETS else "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "alt_txt": alt,
        "url_private": f"{where}/{name}",
        "url_private_download": f"{where}/download/{name}",
        "permalink": f"{base_url}/sandbox/files/{file_id}",
        "has_rich_preview": False,
        "file_access": "visible",
        "channels": [],
        "groups": [],
        "ims": [],
    }


def mimetype(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def shared(file: Json, channel: Json) -> Json:
    """The same file, seen in this conversation too."""
    kind = "ims" if channel["is_im"] else "groups" if channel["is_private"] else "channels"
    return {**file, kind: [*file.get(kind, []), channel["id"]]}
