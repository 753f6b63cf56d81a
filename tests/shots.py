"""A picture of every main page: 390 and 1280 wide, light, dark and Arabic, of a demo hub made for it.

`manage.py shots [--json]` writes them into var/shots/, to be looked at beside the mockups.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import machine
from tests.live import LiveHub

PASSWORD = "a-warm-welcome"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}
LOOKS = {
    "light": {"color_scheme": "light", "locale": "en-GB"},
    "dark": {"color_scheme": "dark", "locale": "en-GB"},
    "ar": {"color_scheme": "light", "locale": "ar"},
}

# What the demo community does not show by itself: something held, something given back, somebody muted, an invitation.
PREPARE = """
import json, uuid
from datetime import timedelta
from django.utils import translation
from hub.demo.community import build
from hub.members.models import Member
from hub.members.arrivals import invite
from groups.rooms.models import Room, Message, Membership
from groups.rooms.conversation import post_message
from groups.rooms import facilitating
from moderation.conduct.models import Clause
build()
who = {one.username: one for one in Member.objects.all()}
room = Room.objects.get(slug="thursday-evening")
clause = Clause.objects.order_by("number").first()
def say(name, words, **more):
    return post_message(author=who[name], room=room, body=words, client_id=uuid.uuid4(), **more).message
first = Message.objects.filter(room=room, author=who["kwame"]).first()
say("ife", "Me too, Kwame. I came in scattered and I am a little less so now.", reply_to=first)
gone = say("tomasz", "I will say this another way.")
facilitating.remove_message(by=who["hana"], message=gone, clause=clause, reason="It named somebody who is not here.")
mina = Membership.objects.get(room=room, member=who["mina"])
facilitating.hold_member(by=who["hana"], membership=mina, clause=clause, reason="Let us read together first tonight.")
held = say("mina", "I would like to say something about last week, and I am not sure how.", cover="a hard week")
back = say("mina", "This one was too long to read on a phone.")
facilitating.return_message(by=who["hana"], message=back, clause=clause, reason="Could you try it in two sentences?")
bea = Membership.objects.get(room=room, member=who["bea"])
facilitating.mute(by=who["hana"], membership=bea, lasting=timedelta(hours=1), clause=clause, reason="A rest.")
made = {"first": first.pk, "held": held.pk, "gone": gone.pk, "mina": mina.pk}
print(json.dumps({**made, "token": invite(role="newcomer")}))
"""


def pages(made: dict[str, object]) -> list[tuple[str, str, str]]:
    """(name of the picture, who looks, address)."""
    room = "/rooms/thursday-evening/"
    return [
        ("welcome", "", "/"),
        ("sign-in", "", "/sign-in/"),
        ("join", "", f"/join/{made['token']}/"),
        ("invitation-over", "", "/join/nobody-knows-this/"),
        ("conduct", "", "/conduct/"),
        ("help", "", "/help/"),
        ("error-404", "", "/nothing-here/"),
        ("rooms", "noor", "/rooms/"),
        ("rooms-none", "gwen", "/rooms/"),
        ("room", "noor", room),
        ("room-closed", "noor", "/rooms/quiet-hour/"),
        ("room-own-waiting", "mina", room),
        ("message", "kwame", f"{room}messages/{made['first']}/"),
        ("inbox", "mina", "/inbox/"),
        ("inbox-empty", "noor", "/inbox/"),
        ("leaving", "noor", f"{room}leaving/"),
        ("room-facilitator", "hana", room),
        ("message-held", "hana", f"{room}messages/{made['held']}/"),
        ("measure", "hana", f"{room}messages/{made['first']}/cover/"),
        ("people", "hana", f"{room}people/"),
        ("person", "hana", f"{room}people/{made['mina']}/"),
        ("log", "hana", f"{room}log/"),
        ("room-new", "hana", "/rooms/new/"),
    ]


def take(folder: Path, *, only: str = "", say=print, as_json: bool = False) -> int:
    """Take the pictures. Returns how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fanlight-shots-") as place, sync_playwright() as playwright:
        hub = LiveHub(folder=Path(place), database_url=f"sqlite:///{place}/hub.sqlite3")
        hub.manage("migrate", "--verbosity", "0")
        made = json.loads(hub.python(PREPARE).strip().splitlines()[-1])
        hub.start()
        try:
            browser = playwright.chromium.launch(executable_path=machine.find_chromium(), args=FLAGS)
            wanted = [page for page in pages(made) if only in page[0]]
            looks = [(width, look) for width in WIDTHS for look in LOOKS]
            return sum(_take_all(browser, hub.url, folder, wanted, *one, say, as_json) for one in looks)
        finally:
            hub.stop()


def _take_all(browser: Browser, url, folder, wanted, width, look, say, as_json) -> int:
    states = {}
    for name, who, address in wanted:
        if who not in states:
            states[who] = _signed_in(browser, url, who)
        context = browser.new_context(viewport=WIDTHS[width], storage_state=states[who], **LOOKS[look])
        language = "ar" if look == "ar" else "en"
        context.add_cookies([{"name": "hub_language", "value": language, "url": url}])
        page = context.new_page()
        page.goto(url + address, wait_until="load")
        page.evaluate("document.fonts.ready")
        page.evaluate("window.scrollTo(0, 0)")
        file = folder / f"{name}-{look}-{width}.png"
        page.screenshot(path=file, full_page=True)
        say(json.dumps({"page": name, "look": look, "width": int(width), "file": str(file)}) if as_json else str(file))
        context.close()
    return len(wanted)


def _signed_in(browser: Browser, url: str, who: str):
    """What a browser holds when this person is signed in; None for a visitor."""
    if not who:
        return None
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/sign-in/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.click("form.panel button")
    page.wait_for_url("**/rooms/")
    state = context.storage_state()
    context.close()
    return state
