"""The pictures of the documents, made anew of the demo: `cargo xtask pictures`.

Each shows what somebody sees who follows the README.
"""

import datetime
import pathlib
import tempfile

from playwright.sync_api import sync_playwright

import service as services
from conftest import FLAGS, browser_path
from views import Walk

PLACE = services.ROOT / "docs" / "images"
# The most bytes that a file of the repository may have, as `cargo xtask tidy` checks it.
MOST = 200_000
WINDOW = {"width": 1280, "height": 900}
# Names of the files, what they show, the theme, and how much of the page.
SHOTS = [
    ("overview", "/overview", "light", 900),
    ("speed", "/speed", "dark", 1000),
    ("tickets", "/tickets?metric=first_response_time&sort=largest", "light", 760),
    ("conversation", "/conversations/{id}", "light", 900),
    ("definition", "/definitions/first_response_time", "light", 900),
]
# The live page is looked at in the middle of a working day, so many hours before the play ends at midnight.
LIVE_BEFORE = datetime.timedelta(hours=9)


def save(name, shot):
    """Writes a picture that is small enough for the repository."""
    assert len(shot) <= MOST, f"{name}.png has {len(shot)} bytes: show less of the page"
    (PLACE / f"{name}.png").write_bytes(shot)
    print(f"docs/images/{name}.png: {len(shot):,} bytes")


def main():
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        workspace = pathlib.Path(folder) / "shop"
        # The demo as the README's first command makes it.
        now = services.play(workspace, conversations=12_000, days=None, seed=1)
        board = pathlib.Path(folder) / "board.html"
        services.run("--workspace", workspace, "report", "--now", now, "--html", board)
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        running = services.Service(workspace, now, "--no-sign-in")
        try:
            walk = Walk(running.address, "", begin=("/tickets?metric=first_response_time&sort=largest",))
            places = [(name, running.address + walk.address_of(path), theme, height) for name, path, theme, height in SHOTS]
            for name, place, theme, height in [("board", board.as_uri(), "light", 1040), *places]:
                page = browser.new_page(color_scheme=theme, viewport=WINDOW | {"height": height}, locale="en-GB")
                page.goto(place)
                save(name, page.screenshot())
                page.close()
            running.stop()
            noon = datetime.datetime.fromisoformat(now) - LIVE_BEFORE
            running = services.Service(workspace, noon.strftime("%Y-%m-%dT%H:%M:%SZ"), "--no-sign-in")
            page = browser.new_page(viewport=WINDOW, locale="en-GB")
            page.goto(running.address + "/live")
            save("live", page.screenshot())
        finally:
            running.stop()
            browser.close()


if __name__ == "__main__":
    main()
