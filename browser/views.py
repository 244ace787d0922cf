"""What there is to look at: each page of the table of routes, and states of pages that a route alone does not bring about.

The table is read from the service's own source, so that a page that is added is looked at without anybody remembering it here.
"""

import html.parser
import re

from service import ROOT, Answer

# States that matter to the eye: nothing there, something wrong, a choice that changes the page.
STATES = {
    "nothing happened": "/overview?r=2020-01-01..2020-01-02",
    "nothing listed": "/tickets?metric=csat&r=2020-01-01..2020-01-02",
    "a wrong address": "/overview?r=soon&f.chanel=email&f.channel=chat",
    "filters in force": "/overview?r=7d&bh=1&f.channel=email,chat&f.priority=!low",
    "rows of a share": "/tickets?metric=sla_compliance&part=rest",
    "rows by size": "/tickets?metric=first_response_time&sort=largest&page=2",
    "another cut": "/speed?by=team",
    "a wall": "/live?tv=1",
    "no such KPI": "/tickets?metric=csatt",
    "no such conversation": "/conversations/nobody",
    "something found": "/search?q=time",
    "nothing found": "/search?q=no+such+thing",
    "a KPI that is not found": "/definitions?q=no+such+thing",
}
# Pages of the table that are met otherwise: the root leads on, assets and rejected rows are files, people who have joined see no way in,
# and a provider is there only where the rules name one.
ELSEWHERE = {"/", "/assets/{name}", "/data/rejects/{id}", "/sign-in", "/sign-in/oidc", "/sign-in/oidc/callback", "/join"}
# How many addresses of a page are opened on a walk: there are too many rows and filters for all.
ADDRESSES = 4


def routes():
    """The paths of the pages in the table of routes."""
    table = (ROOT / "crates" / "web" / "src" / "serve" / "routes.rs").read_text()
    found = re.findall(r'\bpage\(\s*"([^"]+)"', table)
    assert len(found) > 10, "the table of routes is not where it was: read it anew"
    return found


def names():
    """All that is looked at."""
    return [path for path in routes() if path not in ELSEWHERE] + list(STATES)


def route_of(address):
    """The page of the table that an address belongs to."""
    path = re.split(r"[?#]", address)[0]
    fitting = [own for own in routes() if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(own)), path)]
    # A page with a name of its own comes before one whose name is open.
    return min(fitting, key=lambda own: own.count("{"), default=None)


class Links(html.parser.HTMLParser):
    """The links of a page that stay in the house, and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        # A form that only asks is a way, too.
        asks = tag == "form" and named.get("method", "get") == "get"
        target = named.get("action") if asks else named.get("href") if tag in ("a", "link") else named.get("src")
        if target and target.startswith("/") and target not in self.found:
            self.found.append(target)


class Walk:
    """All pages that are reached by links from the first one, as somebody who has signed in."""

    def __init__(self, address, cookie, begin):
        self.dead, self.opened, self.from_page = [], {}, {}
        headers = {"Cookie": cookie, "Accept-Language": "en"}
        waiting, counts = list(begin), {}
        while waiting:
            path = waiting.pop(0)
            route = route_of(path) or re.split(r"[?#]", path)[0]
            if path in self.opened or counts.get(route, 0) >= ADDRESSES:
                continue
            counts[route] = counts.get(route, 0) + 1
            answer = Answer(address, path.split("#")[0], headers)
            self.opened[path] = answer.status
            if answer.status != 200:
                self.dead.append(f"{path} answers {answer.status}, linked from {self.from_page.get(path, 'here')}")
            if answer.media == "text/html":
                for link in Links(answer.text).found:
                    self.from_page.setdefault(link, path)
                    waiting.append(link)

    def address_of(self, name):
        """Where a view is found: a state by its address, a page by its path, or by the first link that leads to one like it."""
        if name in STATES:
            return STATES[name]
        if "{" not in name:
            return name
        found = [path for path, status in self.opened.items() if status == 200 and route_of(path) == name]
        assert found, f"no link leads to {name}: where do people find it?"
        return found[0]
