"""A campaign on one page: what is on it, and that it stands alone."""

import base64
import re
import xml.etree.ElementTree as ET
from html import unescape
from html.parser import HTMLParser

import pytest

from evosnn.analysis import front_report
from evosnn.campaign import Campaign, read_spec
from evosnn.errors import StoreError
from evosnn.report import campaign_page

FILE = """
task = "iris"
chip = "risp-127"
population = 16
instances = 4
trials = 8
[stop]
generations = 4
"""


class Outline(HTMLParser):
    """What a browser would make of a page: tags in pairs, headings, cells and what it loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.cells: list[str] = []
        self.loaded: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in {"meta", "img"}:
            self.open.append(tag)
        self.loaded += [value for name, value in attrs if name in {"src", "href"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)
        if self.open and self.open[-1] == "td":
            self.cells.append(data)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    (folder / "iris.toml").write_text(FILE)
    found = Campaign.start(read_spec(folder / "iris.toml"), folder / "out")
    found.run()
    yield found
    found.store.close()


@pytest.fixture(scope="module")
def page(campaign):
    return campaign_page(campaign, trials=4)


def test_the_page_holds_the_front_and_pictures_and_loads_nothing(campaign, page):
    outline = Outline(page)
    assert outline.open == []
    assert outline.headings == [
        "The front", "The knee", "The knee on faulty chips", "The search", "To repeat it",
    ]  # fmt: skip
    for item in front_report(campaign)["networks"]:
        assert item["id"][:8] in outline.cells
        assert f"{item['test']['accuracy']:.4g}" in outline.cells
    prefix = "data:image/svg+xml;base64,"
    assert len(outline.loaded) == 4
    for picture in outline.loaded:
        assert picture.startswith(prefix)
        assert ET.fromstring(base64.b64decode(picture[len(prefix) :])).tag.endswith("svg")
    assert page == campaign_page(campaign, trials=4)


def test_what_a_spec_says_is_text_not_html(page):
    said = unescape(re.search(r"<pre>(.*?)</pre>", page, re.S)[1])
    assert '"population": 16' in said
    assert "<" not in re.search(r"<pre>(.*?)</pre>", page, re.S)[1]


def test_a_campaign_without_a_front_is_refused(tmp_path):
    (tmp_path / "iris.toml").write_text(FILE)
    empty = Campaign.start(read_spec(tmp_path / "iris.toml"), tmp_path / "out")
    with pytest.raises(StoreError, match="has no front yet"):
        campaign_page(empty)
    empty.store.close()
