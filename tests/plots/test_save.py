from __future__ import annotations

import os
import xml.etree.ElementTree as ET

import pytest

from evosnn import plots
from evosnn.errors import EvosnnError, SpecError


@pytest.fixture
def figure(iris):
    return plots.network(iris, "t")


@pytest.mark.parametrize("name", ["a.png", "a.svg", "a.pdf", "a.PNG"])
def test_a_file_is_whole_and_the_same_each_time(iris, tmp_path, name):
    path = tmp_path / name
    plots.save(plots.network(iris, "t"), path)
    data = path.read_bytes()
    kind = path.suffix.lower()
    if kind == ".png":
        assert data.startswith(b"\x89PNG")
        assert data.endswith(b"IEND\xaeB`\x82")
    elif kind == ".svg":
        assert ET.fromstring(data).tag.endswith("svg")
    else:
        assert data.startswith(b"%PDF")
        assert data.rstrip().endswith(b"%%EOF")
    plots.save(plots.network(iris, "t"), str(path))
    assert path.read_bytes() == data
    assert os.listdir(tmp_path) == [name]


def test_a_page_gets_what_an_svg_file_holds(iris, tmp_path):
    plots.save(plots.network(iris, "t"), tmp_path / "a.svg")
    assert plots.to_svg(plots.network(iris, "t")) == (tmp_path / "a.svg").read_bytes()


def test_an_svg_names_its_parts_for_a_reader(figure, tmp_path):
    plots.save(figure, tmp_path / "a.svg")
    ids = {e.get("id") for e in ET.parse(tmp_path / "a.svg").iter()}
    assert {"neuron 4", "synapse 2 to 6"} <= ids


@pytest.mark.parametrize("name", ["\x1b]0;x\x07", "a\x00b", "\ud800", "--><b>", "$\\foo$", "]]>"])
@pytest.mark.filterwarnings("ignore:Glyph")
def test_an_svg_is_well_formed_whatever_names_are_in_it(iris, name):
    drawn = plots.to_svg(plots.network(iris, name, [name, "b", "c", "d"]))
    assert ET.fromstring(drawn).tag.endswith("svg")


@pytest.mark.parametrize(("name", "found"), [("a.jpg", "'.jpg'"), ("a", "no suffix")])
def test_another_suffix_gets_one_sentence(figure, tmp_path, name, found):
    with pytest.raises(SpecError, match=found) as caught:
        plots.save(figure, tmp_path / name)
    assert ".png, .svg or .pdf" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not os.listdir(tmp_path)


def test_a_folder_that_does_not_exist_gets_one_sentence(figure, tmp_path):
    with pytest.raises(SpecError, match="folder that does not exist"):
        plots.save(figure, tmp_path / "none" / "a.png")


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failing_write_leaves_the_old_file(figure, tmp_path, monkeypatch, failure):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def half(file, **_):
        file.write(b"half")
        raise failure

    monkeypatch.setattr(figure, "savefig", half)
    wanted = EvosnnError if isinstance(failure, OSError) else KeyboardInterrupt
    with pytest.raises(wanted) as caught:
        plots.save(figure, path)
    if wanted is EvosnnError:
        assert "cannot be written: No space left on device" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.png"]


def test_a_file_can_be_read_by_whom_the_umask_says(figure, tmp_path):
    plots.save(figure, tmp_path / "a.png")
    (tmp_path / "b").write_bytes(b"")
    assert (tmp_path / "a.png").stat().st_mode == (tmp_path / "b").stat().st_mode
