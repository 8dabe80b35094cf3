"""Attainment surfaces, against a count of who attains what."""

import xml.etree.ElementTree as ET

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evosnn.plots import comparison, to_svg
from evosnn.plots._comparison import _surfaces


def _front(seed: int, n: int):
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.integers(1, 20, n), rng.random(n).round(2), rng.random(n)])


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(1, 8)), min_size=1, max_size=9))
def test_a_surface_is_the_best_that_its_share_of_fronts_attains(drawn):
    fronts = [_front(*d) for d in drawn]
    sizes = np.arange(1, 20)
    found = _surfaces(fronts, 1, sizes)
    for row, share in zip(found, (0.25, 0.5, 0.75), strict=True):
        needed = int(np.ceil(share * len(fronts)))
        for size, value in zip(sizes, row, strict=True):
            best = sorted(
                (max(f[f[:, 0] <= size, 1]) for f in fronts if (f[:, 0] <= size).any()),
                reverse=True,
            )
            if len(best) < needed:
                assert np.isnan(value)
            else:
                assert value == best[needed - 1]


def test_the_picture_has_a_line_for_each_arm_and_axes_with_names():
    arms = [(name, [_front(s, 6) for s in seeds]) for name, seeds in
            (("nsga2", range(5)), ("random", range(5, 6)))]  # fmt: skip
    figure = comparison(arms)
    for ax in figure.axes:
        assert [line.get_gid() for line in ax.lines] == ["nsga2", "random"]
        assert ax.get_xlabel() == "synapses, at most"
        assert "held-out score" in ax.get_ylabel()
        assert len(ax.collections) == 1  # one campaign has no quartiles


def test_names_of_arms_are_text_and_all_are_in_the_legend(tmp_path):
    names = ["_x", "$a$", "[/x]", "\x1b[31m", "<b>&amp;"]
    figure = comparison([(name, [_front(k, 6)]) for k, name in enumerate(names)])
    shown = [text.get_text() for text in figure.legends[0].get_texts()]
    assert shown == [" _x (1)", r"\$a\$ (1)", "[/x] (1)", r"\x1b[31m (1)", "<b>&amp; (1)"]
    assert ET.fromstring(to_svg(figure)).tag.endswith("svg")
