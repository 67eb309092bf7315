"""files.*: the three steps by which an app uploads a file, and what is known of one.

The bytes go to the upload address (`file_routes.py`); this module begins and ends the upload.
"""

from bot.sandbox import posting
from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.file_objects import new_file, shared
from bot.sandbox.methods.content import thread
from bot.sandbox.workspace import BOT_USER

PENDING = "upload_pending"  # ours: no file yet, to anybody


def get_upload_url(call: Call) -> Json:
    name = call.required("filename")
    length = call.number("length", 0, 1_000_000_000)
    if length <= 0:
        raise SlackRefusal("invalid_arguments", "[ERROR] length must be greater than 0")
    file = new_file(call.base_url, BOT_USER, name, length, alt=call.text("alt_txt") or "")
    file_id = call.sandbox.state.files.save({**file, PENDING: True})["id"]
    return {"file_id": file_id, "upload_url": f"{call.base_url}/sandbox/upload/{file_id}"}


def complete_upload(call: Call) -> Json:
    wanted = call.structure("files", "invalid_arguments")
    if (
        not isinstance(wanted, list)
        or not wanted
        or not all(isinstance(one, dict) for one in wanted)
    ):
        raise SlackRefusal("invalid_arguments", "[ERROR] missing required field: files")
    files = [_uploaded(call, each) for each in wanted]
    if call.text("channel_id"):
        channel = call.channel("channel_id")
        files = [shared(file, channel) for file in files]
        body = {
            **posting.bot_author(),
            "text": call.text("initial_comment") or "",
            "files": files,
            "upload": True,
            "subtype": "file_share",
        }
        posting.post(call.sandbox, channel, body, thread_ts=thread(call, channel))
    for file in files:
        call.sandbox.state.files.save(file)
    return {"files": files}


def info(call: Call) -> Json:
    found = call.sandbox.state.files.get(call.required("file", "file_not_found"))
    if found is None or found[1] is None or PENDING in found[0]:
        raise SlackRefusal("file_not_found")
    return {"file": found[0], "comments": [], "response_metadata": {"next_cursor": ""}}


def _uploaded(call: Call, wanted: Json) -> Json:
    found = call.sandbox.state.files.get(str(wanted.get("id")))
    if found is None or found[1] is None:
        raise SlackRefusal("file_not_found")
    file = {name: value for name, value in found[0].items() if name != PENDING}
    return {**file, "title": wanted.get("title") or file["title"]}


METHODS = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
}
