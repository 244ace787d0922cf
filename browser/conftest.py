"""What the tests of the pages share: one service over one play, a browser, and pages that tell what went wrong in them."""

import http.server
import os
import shutil
import threading
import urllib.parse

import pytest
from playwright.sync_api import sync_playwright

import files
import service as services
from views import Walk

# Without the last ones a browser looks for hosts of its maker at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAME, PASSWORD = "Ana Pop", "a sentence that is long enough"
# Browsers that play them without a download of their own.
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
# How a browser asks for the four languages.
LOCALES = {"en": "en-GB", "ru": "ru-RU", "ro": "ro-RO", "zh-Hant": "zh-TW"}
LISTEN = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))"


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="every page in every theme, width and language, not all pairs of them")


def browser_path():
    """The browser: what the environment names, else what the system has."""
    named = [os.environ.get("DESKGAUGE_TEST_BROWSER"), *map(shutil.which, BROWSERS)]
    path = next(filter(None, named), None)
    assert path, "there is no Chromium: on Debian run apt-get install chromium"
    return path


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield launched
        launched.close()


class Holding(http.server.BaseHTTPRequestHandler):
    """Pages of others: each holds the view whose address is its query."""

    def do_GET(self):
        held = urllib.parse.unquote(urllib.parse.urlsplit(self.path).query)
        page = f"<!doctype html><title>x</title><link rel=icon href=data:,><iframe width=900 height=700 src='{held}'></iframe>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def holder():
    """The origin whose pages may hold shared views."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Holding)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def service(tmp_path_factory, holder):
    workspace = tmp_path_factory.mktemp("shop") / "w"
    now = services.play(workspace)
    rules = workspace / "deskgauge.toml"
    rules.write_text(rules.read_text().replace("[workspace]", f'[workspace]\nembed_origins = ["{holder}"]', 1))
    running = services.Service(workspace, now)
    yield running
    assert running.stop() == 0, running.log.read_text()[-2000:]


class Visitor:
    """A page of somebody, and what went wrong on it."""

    def __init__(self, context, address):
        self.context, self.address = context, address
        self.problems, self.answers = [], []
        self.page = context.new_page()
        self.page.add_init_script(LISTEN)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.problems.append(f"error of a script: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", lambda answer: self.answers.append(answer))

    def _said(self, message):
        # That a page was refused is what some tests ask for, and the browser says it of every such page.
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            self.problems.append(f"{message.type} on the console: {message.text}")

    def _failed(self, request):
        # Who leaves a page or takes a file breaks off what was still on its way.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.problems.append(f"{request.url} failed: {request.failure}")

    def go(self, path):
        """Opens an address of the service. The answer."""
        return self.page.goto(self.address + path, wait_until="load")

    def text(self, selector):
        return self.page.locator(selector).first.inner_text()


def share(page, address, name, password="", nameless=False):
    """Makes a link to a page. The link."""
    page.goto(address)
    page.locator("summary", has_text="Share").click()
    page.get_by_label("For whom or what").fill(name)
    page.get_by_label("Password, if there is to be one").fill(password)
    page.get_by_label("Without agents’ names").set_checked(nameless)
    page.get_by_role("button", name="Make a link").click()
    return page.locator(".made code").first.inner_text()


@pytest.fixture(scope="session")
def state(browser, service):
    """What the administrator's browser remembers, who has joined by the link of the first start and has brought files."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(service.link)
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/overview")
    # One import with a row that was rejected, and one file that waits: their pages are looked at, too.
    for tickets in (files.tickets(), files.tickets(first=100)):
        page.goto(f"{service.address}/data")
        files.send(page, tickets)
        if tickets == files.tickets():
            files.bring(page)
    # A view that is saved, and a page that is shared.
    page.goto(f"{service.address}/speed?r=7d")
    page.locator("summary", has_text="Views").click()
    page.get_by_label("Name of this view").fill("Speed of the week")
    page.get_by_role("button", name="Save this view").click()
    service.shared = share(page, f"{service.address}/overview?r=30d", "the board of directors")
    service.guarded = share(page, f"{service.address}/agents?r=30d", "the owner's phone", PASSWORD)
    remembered = context.storage_state()
    context.close()
    return remembered


@pytest.fixture
def visit(browser, service, state):
    """Makes visitors; the options are those of a browser's context. In the end nothing may have gone wrong on their pages."""
    made = []

    def make(signed_in=True, language="en", **options):
        if signed_in:
            options["storage_state"] = state
        context = browser.new_context(locale=LOCALES[language], **options)
        context.set_default_timeout(60_000)
        made.append(Visitor(context, service.address))
        return made[-1]

    yield make
    problems = [problem for visitor in made for problem in visitor.problems]
    for visitor in made:
        visitor.context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture(params=["with script", "without script"])
def either(request, visit):
    """A visitor whose browser runs scripts, and one whose browser does not."""
    return lambda **options: visit(java_script_enabled=request.param == "with script", **options)


@pytest.fixture(scope="session")
def cookie(state):
    return "; ".join(f"{own['name']}={own['value']}" for own in state["cookies"])


@pytest.fixture(scope="session")
def walk(service, cookie):
    shared = service.shared.removeprefix(service.address)
    embed = shared.replace("/shared/", "/embed/")
    return Walk(service.address, cookie, begin=("/overview", "/overview?lang=ru", "/definitions", shared, embed))
