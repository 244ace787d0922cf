"""Every link leads somewhere, and every page has a link that leads to it."""

from views import ELSEWHERE, route_of, routes


def test_no_link_is_dead(walk):
    assert len(walk.opened) > 40, walk.opened
    assert not walk.dead, "\n".join(walk.dead)


def test_every_page_is_reached_by_links(walk):
    reached = {route_of(path) for path in walk.opened}
    lonely = [own for own in routes() if own not in reached and own not in ELSEWHERE]
    assert not lonely, f"no link leads to {', '.join(lonely)}"
