"""The page in a browser: what people see there, and what their presses and commands do."""

import shutil

import pytest
import pytest_asyncio
from standin_clients import BUTTONS, app, button, client, eventually, group, plain

from alerts.standin import StandIn
from alerts.standin.server import CHANNEL

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
playwright = pytest.importorskip("playwright.async_api", reason="playwright, of the dev extra, is not installed")
expect = playwright.expect
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),  # one browser serves them all
    pytest.mark.skipif(CHROMIUM is None, reason="neither chromium nor google-chrome is installed"),
]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000020000000208020000"
    "00fdd49a730000000b49444154789c63606040000000080001c8ad4ea90000000049454e44ae426082"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium():
    async with playwright.async_playwright() as driver:
        launched = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="module")
async def browser(chromium):
    """A browser that nobody has used."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def slack():
    async with StandIn() as stand_in:
        yield stand_in


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser, slack):
    opened = await browser.new_page(viewport={"width": 1060, "height": 700})
    await opened.goto(slack.page_url)
    return opened


async def post(slack, **given):
    answer = await client(slack).chat_postMessage(channel=CHANNEL, **{"text": "x", "blocks": BUTTONS, **given})
    return answer["ts"]


def edits(slack, bot):
    """Have the app answer a press by an edit that names it."""

    async def answer(_, request):
        action = request.payload["actions"][0]
        value = action.get("value") or action["selected_option"]["value"]
        by = request.payload["user"]["id"]
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": f"{value} by <@{by}>"}}]
        await client(slack).chat_update(channel=CHANNEL, ts=request.payload["message"]["ts"], text="x", blocks=blocks)

    bot.socket.socket_mode_request_listeners.append(answer)


async def test_a_press_reaches_the_app_and_the_page_shows_its_edit(slack, page):
    await post(slack)
    async with app(slack) as bot:
        edits(slack, bot)
        bot.delay_s = 0.5
        pressed = page.get_by_role("button", name="Acknowledge")
        await pressed.click()
        await expect(pressed).to_have_attribute("aria-busy", "true")
        await expect(page.get_by_text("acknowledge by @Anna de Wit")).to_be_visible()
        await expect(page.locator(".warned, .waiting")).to_have_count(0)
        await expect(page.get_by_text("(edited)")).to_be_visible()
    assert len(bot.told) == 1


async def test_an_option_of_a_menu_reaches_the_app_too(slack, page):
    await post(slack)
    async with app(slack) as bot:
        edits(slack, bot)
        option = page.get_by_role("menuitem", name="Real")
        await expect(option).to_be_hidden()
        await page.get_by_text("More…").click()
        await expect(page.get_by_text("Verdict")).to_be_visible()
        await option.click()
        await expect(page.get_by_text("real by @Anna de Wit")).to_be_visible()


async def test_an_unanswered_press_is_warned_of_after_three_seconds(slack, page):
    await post(slack)
    async with app(slack) as bot:
        bot.acks = False
        await page.get_by_role("button", name="Resolve").click()
        await eventually(lambda: bot.told)
        await page.wait_for_timeout(2000)
        await expect(page.locator(".warned")).to_have_count(0)
        await expect(page.get_by_role("alert")).to_contain_text("⚠ Operation timed out", timeout=3000)
        await expect(page.locator(".waiting")).to_have_count(0)
        bot.acks = True
        await page.get_by_role("button", name="Resolve").click()
        await expect(page.get_by_role("alert")).to_have_count(0)


HOSTILE = """"'><img src=x onerror="window.broken=1"><script>window.broken=1</script>"""


def hostile(text="text"):
    return plain(HOSTILE[:70]) if text == "label" else {"type": "mrkdwn", "text": HOSTILE}


async def test_foreign_markup_is_shown_as_text(browser):
    async with StandIn(users={"U0ANNA": HOSTILE, "U0BRAM": "Bram"}, channels={CHANNEL: HOSTILE}) as slack:
        page = await browser.new_page()
        complaints = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(slack.page_url)
        menu = {
            "type": "static_select",
            "action_id": HOSTILE,
            "placeholder": hostile("label"),
            "option_groups": [{"label": hostile("label"), "options": [{"value": HOSTILE, "text": hostile("label")}]}],
        }
        confirm = dict.fromkeys(("title", "text"), plain(HOSTILE)) | {"confirm": plain("Yes"), "deny": plain("No")}
        pressed = {"type": "button", "text": hostile("label"), "value": HOSTILE, "confirm": confirm}
        blocks = [
            {"type": "header", "text": plain(HOSTILE)},
            {"type": "section", "text": hostile(), "fields": [hostile()]},
            {"type": "context", "elements": [hostile()]},
            {"type": "image", "image_url": f"https://x.nl/{HOSTILE}", "alt_text": HOSTILE, "title": plain(HOSTILE)},
            {"type": "actions", "block_id": HOSTILE, "elements": [pressed, menu]},
        ]
        await post(slack, blocks=blocks)
        await post(slack, text=f"<@U0ANNA> <https://x.nl/{HOSTILE}|{HOSTILE}> {HOSTILE}", blocks=None)
        await client(slack).files_upload_v2(filename=f"{HOSTILE}.txt", content="x", title=HOSTILE, channel=CHANNEL)
        await expect(page.locator(".entry")).to_have_count(3)
        for _ in range(2):
            assert await page.locator("article").get_by_text("<script>window.broken=1").count() >= 8
            assert await page.locator("main img, main script").count() == 0
            assert await page.evaluate("window.broken") is None
            await page.reload()
        assert complaints == []
        page.on("dialog", lambda dialog: dialog.accept())
        async with app(slack) as bot:
            await page.locator("button.press").first.click()
            await eventually(lambda: bot.told)
        assert bot.told[0].payload["actions"][0]["value"] == HOSTILE


async def test_the_answer_to_a_command_is_shown_to_who_asked_alone(slack, browser):
    anna, bram = await browser.new_page(), await browser.new_page()
    await anna.goto(f"{slack.page_url}?user=U0ANNA")
    await bram.goto(f"{slack.page_url}?user=U0BRAM")
    async with app(slack) as bot:
        bot.payload = {"text": "Two incidents are open."}
        await anna.get_by_label("Command").fill("/brandmelder status all")
        await anna.keyboard.press("Enter")
        await expect(anna.get_by_text("Two incidents are open.")).to_be_visible()
        await expect(anna.get_by_text("Only visible to you")).to_be_visible()
        await expect(anna.get_by_label("Command")).to_have_value("")
        await post(slack, text="for all", blocks=None)
        await expect(bram.get_by_text("for all")).to_be_visible()
        await expect(bram.get_by_text("Two incidents")).to_have_count(0)
    assert (bot.told[0].payload["text"], bot.told[0].payload["user_id"]) == ("status all", "U0ANNA")


async def test_who_reads_can_be_chosen_and_is_who_presses(slack, page):
    await post(slack)
    async with app(slack) as bot:
        edits(slack, bot)
        await page.get_by_label("You are").select_option("Bram Visser")
        await page.wait_for_url("**user=U0BRAM*")
        await page.get_by_role("button", name="Resolve").click()
        await expect(page.get_by_text("resolve by @Bram Visser")).to_be_visible()


async def test_what_is_not_a_command_is_said_so(slack, page):
    await page.get_by_label("Command").fill("hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Only commands are heard here")).to_be_visible()
    await expect(page.get_by_label("Command")).to_have_value("hello")


async def test_news_closes_no_menu_and_moves_no_reader(slack, page):
    first = await post(slack)
    for n in range(20):
        await post(slack, text=f"line {n}", blocks=None)
    await expect(page.get_by_text("line 19")).to_be_in_viewport()
    await page.evaluate("window.scrollTo(0, 0)")
    await page.get_by_text("More…").click()
    where = await page.evaluate("window.scrollY")
    await client(slack).chat_update(
        channel=CHANNEL, ts=first, text="x", blocks=[{"type": "section", "text": plain("What then?")}, BUTTONS[1]]
    )
    await post(slack, text="line 20", blocks=None)
    await expect(page.get_by_text("What then?")).to_be_visible()
    await expect(page.get_by_text("line 20")).to_be_attached()
    await expect(page.get_by_role("menuitem", name="Real")).to_be_visible()
    assert await page.evaluate("window.scrollY") == where
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menuitem", name="Real")).to_be_hidden()


async def test_a_deleted_message_goes_and_a_collapsed_thread_stays_so(slack, page):
    gone, kept = await post(slack, text="gone", blocks=None), await post(slack, text="kept", blocks=None)
    await post(slack, text="a reply", blocks=None, thread_ts=kept)
    await page.get_by_text("1 reply").click()
    await expect(page.get_by_text("a reply")).to_be_hidden()
    await client(slack).chat_delete(channel=CHANNEL, ts=gone)
    await expect(page.get_by_text("gone")).to_have_count(0)
    await expect(page.get_by_text("Today")).to_be_visible()
    await expect(page.get_by_text("a reply")).to_be_hidden()


async def test_an_uploaded_picture_is_shown(slack, page):
    uploaded = await client(slack).files_upload_v2(filename="a.png", content=PNG)
    await post(slack, blocks=[{"type": "image", "slack_file": {"id": uploaded["file"]["id"]}, "alt_text": "a curve"}])
    picture = page.get_by_role("img", name="a curve")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 2)


async def test_what_is_not_confirmed_is_not_pressed(slack, page):
    confirm = {
        key: plain(text) for key, text in (("title", "Sure?"), ("text", "x"), ("confirm", "Yes"), ("deny", "No"))
    }
    await post(slack, blocks=[{"type": "actions", "elements": [button("resolve", confirm=confirm)]}])
    async with app(slack) as bot:
        asked = []

        async def answer(dialog):
            asked.append(dialog.message)
            await (dialog.accept() if len(asked) > 1 else dialog.dismiss())

        page.on("dialog", answer)
        for _ in range(2):
            await page.get_by_role("button", name="Resolve").click()
        await eventually(lambda: bot.told)
    assert (asked, len(bot.told)) == (["Sure?\n\nx"] * 2, 1)


async def test_on_a_phone_everything_fits(slack, browser):
    page = await browser.new_page(viewport={"width": 400, "height": 700})
    long = [group("Not now", "a-rather-long-option-to-choose-from"), group("Verdict", "real")]
    await post(slack, blocks=[*BUTTONS[:1], {**BUTTONS[1], "elements": [*BUTTONS[1]["elements"][:2], menu(long)]}])
    await post(slack, text="x" * 300, blocks=None)
    await page.goto(slack.page_url)
    await page.get_by_text("More…").click()
    await expect(page.get_by_role("menuitem", name="Real")).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") == 400


def menu(groups):
    return {**BUTTONS[1]["elements"][2], "option_groups": groups}


async def test_the_page_finds_a_new_stand_in_at_the_old_address(browser):
    async with StandIn() as slack:
        page = await browser.new_page()
        await page.goto(slack.page_url)
        await post(slack, text="old", blocks=None)
        await expect(page.get_by_text("old")).to_be_visible()
        port = int(slack.page_url.rstrip("/").rpartition(":")[2])
    await expect(page.get_by_text("Connection lost")).to_be_visible()
    async with StandIn(port=port) as slack:
        await post(slack, text="new", blocks=None)
        await expect(page.get_by_text("new", exact=True)).to_be_visible(timeout=10_000)
        await expect(page.get_by_text("old")).to_have_count(0)
        await expect(page.get_by_text("Connection lost")).to_be_hidden()


async def test_without_scripts_all_is_there_to_read(slack, browser):
    await post(slack)
    page = await browser.new_page(java_script_enabled=False)
    await page.goto(f"{slack.page_url}?user=U0BRAM")
    await expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
    await page.get_by_text("More…").click()
    await expect(page.get_by_role("menuitem", name="Real")).to_be_visible()
    await expect(page.get_by_label("You are")).to_have_value("U0BRAM")
