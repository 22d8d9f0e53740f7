"""The methods that upload files, and the address that takes their bytes."""

import secrets
from collections.abc import Iterable

from alerts.standin.arguments import Arguments, parsed, whole
from alerts.standin.channel import Message
from alerts.standin.limits import Refused
from alerts.standin.workspace import BOT_USER, File, Workspace

LARGEST = 8 << 20
IMAGES = {"gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png"}
_ALTERNATIVE = 1000


def upload_url(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what files.getUploadURLExternal does; the address is one of the stand-in's own."""
    name, size = given.get("filename"), whole(given.get("length"), 0, "invalid_arguments")
    if not name or size <= 0:
        raise Refused("invalid_arguments")
    if size > LARGEST:
        raise Refused("file_upload_size_restricted")
    alternative = str(given.get("alt_txt") or "")
    if len(alternative) > _ALTERNATIVE:
        raise Refused("alt_txt_too_large")
    file = File(f"F{len(workspace.files):08d}", str(name), size, alternative)
    workspace.files[file.id] = file
    ticket = secrets.token_urlsafe(16)
    workspace.uploads[ticket] = file
    return {"upload_url": f"{workspace.url}upload/v1/{ticket}", "file_id": file.id}


def take(workspace: Workspace, ticket: str, content: bytes) -> bool:
    """Take a file's bytes; false if nobody promised them, or promised another length."""
    file = workspace.uploads.get(ticket)
    if file is None or len(content) != file.size:
        return False
    file.content = content
    return True


def complete(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what files.completeUploadExternal does: keep the files to oneself, or share them in a channel."""
    wanted = parsed(given.get("files"), "invalid_arguments")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, dict) for one in wanted):
        raise Refused("invalid_arguments")
    files = [_finish(workspace, str(one.get("id")), one.get("title")) for one in wanted]
    listed = given.get("channel_id") or given.get("channels") or ""
    for channel_id in filter(None, str(listed).split(",")):
        _share(workspace, channel_id, files, given)
    return {"files": [told(workspace, file) for file in files]}


def file_info(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what files.info does."""
    file = workspace.files.get(str(given.get("file")))
    if file is None or not file.complete:
        raise Refused("file_not_found")
    return {"file": told(workspace, file)}


def told(workspace: Workspace, file: File) -> Arguments:
    """Tell of a file."""
    kind = file.name.rpartition(".")[2].lower()
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": IMAGES.get(kind, "application/octet-stream"),
        "filetype": kind,
        "size": file.size,
        "user": BOT_USER,
        "alt_txt": file.alternative,
        "url_private": f"{workspace.url}files/{file.id}",
        "permalink": f"{workspace.url}files/{file.id}",
    }


def _finish(workspace: Workspace, file_id: str, title: object) -> File:
    file = workspace.files.get(file_id)
    if file is None or file.content is None:
        raise Refused("file_not_found")
    file.title = str(title or file.name)
    file.complete = True
    return file


def _share(workspace: Workspace, channel_id: str, files: Iterable[File], given: Arguments) -> None:
    channel = workspace.channel(channel_id)
    message = Message(
        channel=channel.id,
        ts=workspace.stamp(),
        text=str(given.get("initial_comment") or ""),
        blocks=[],
        thread_ts=given.get("thread_ts"),
        files=[file.id for file in files],
    )
    workspace.add(message)
