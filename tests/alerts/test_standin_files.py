"""Uploads, and images made of them."""

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from standin_clients import refusal

from alerts.standin.server import CHANNEL, TOKEN

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc00000030101001e8b5e0b0000000049454e44ae426082"
)


@pytest.fixture
def web(slack):
    return AsyncWebClient(TOKEN, base_url=slack.api_url)


def image_of(file_id):
    return [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "spread"}]


async def test_an_upload_kept_to_oneself_can_be_an_image(slack, web):
    uploaded = await web.files_upload_v2(filename="spread.png", content=PNG, title="Spread")
    file = uploaded["file"]
    assert (file["mimetype"], file["size"], file["title"]) == ("image/png", len(PNG), "Spread")
    assert slack.messages == []
    assert [(kept.name, kept.content, kept.complete) for kept in slack.files] == [("spread.png", PNG, True)]
    await web.chat_postMessage(channel=CHANNEL, text="x", blocks=image_of(file["id"]))
    assert (await web.files_info(file=file["id"]))["file"] == file


async def test_an_upload_can_be_shared_in_a_thread(slack, web):
    root = (await web.chat_postMessage(channel=CHANNEL, text="x"))["ts"]
    await web.files_upload_v2(filename="a.png", content=PNG, channel=CHANNEL, initial_comment="see", thread_ts=root)
    shared = slack.messages[1]
    assert (shared.text, shared.thread_ts, len(shared.files)) == ("see", root, 1)


async def test_bytes_may_come_as_a_form(slack, web):
    begun = await web.files_getUploadURLExternal(filename="a.png", length=len(PNG))
    form = aiohttp.FormData()
    form.add_field("filename", PNG, filename="a.png")
    async with aiohttp.ClientSession() as session, session.post(begun["upload_url"], data=form) as answer:
        assert answer.status == 200
    await web.files_completeUploadExternal(files=[{"id": begun["file_id"], "title": "A"}])
    assert (await web.files_info(file=begun["file_id"]))["file"]["title"] == "A"


async def test_an_upload_has_to_be_what_was_promised(slack, web):
    begun = await web.files_getUploadURLExternal(filename="a.png", length=len(PNG))
    async with aiohttp.ClientSession() as session:
        async with session.post(begun["upload_url"], data=PNG + b"more") as answer:
            assert answer.status == 400
        async with session.post(begun["upload_url"][:-1], data=PNG) as answer:
            assert answer.status == 400
    unsent = web.files_completeUploadExternal(files=[{"id": begun["file_id"], "title": "A"}])
    assert await refusal(unsent) == "file_not_found"


async def test_only_complete_pictures_are_images(web):
    begun = await web.files_getUploadURLExternal(filename="a.png", length=1)
    text = await web.files_upload_v2(filename="a.txt", content=b"hello")
    for file_id in ("F404", begun["file_id"], text["file"]["id"]):
        posting = web.chat_postMessage(channel=CHANNEL, text="x", blocks=image_of(file_id))
        assert await refusal(posting) == "invalid_blocks"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        pytest.param({"filename": "a.png", "length": 0}, "invalid_arguments", id="nothing"),
        pytest.param({"filename": "", "length": 1}, "invalid_arguments", id="no name"),
        pytest.param({"filename": "a", "length": 1 << 30}, "file_upload_size_restricted", id="too much"),
        pytest.param({"filename": "a", "length": 1, "alt_txt": "x" * 1001}, "alt_txt_too_large", id="words"),
    ],
)
async def test_what_may_not_be_uploaded(web, given, error):
    assert await refusal(web.files_getUploadURLExternal(**given)) == error


@pytest.mark.parametrize("files", ["x", "[]", '["F1"]', '[{"id": "F404"}]'])
async def test_what_cannot_be_completed(web, files):
    refused = web.api_call("files.completeUploadExternal", params={"files": files})
    assert await refusal(refused) in {"invalid_arguments", "file_not_found"}
