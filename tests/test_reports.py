from pathlib import Path

import pytest

from experiments.studies.reports import BY_HAND, write_report

ROOT = Path(__file__).parents[1]


def test_what_was_written_by_hand_is_kept(tmp_path):
    path = tmp_path / "study.md"
    write_report(path, "# Study\n\n| 1 |\n")
    assert path.read_text() == "# Study\n\n| 1 |\n"
    by_hand = f"\n{BY_HAND}\n\n## What it says\n\nOne is little.\n"
    path.write_text(path.read_text() + by_hand)
    for figure in (2, 3):
        write_report(path, f"# Study\n\n| {figure} |\n\n")
        assert path.read_text() == f"# Study\n\n| {figure} |\n" + by_hand


@pytest.mark.parametrize("name", ["ablation", "engines", "polishing", "classification"])
def test_the_sections_that_are_written_by_hand_are_marked(name):
    text = (ROOT / f"results/studies/{name}.md").read_text()
    made = (ROOT / f"experiments/studies/{name}.py").read_text()
    made += (ROOT / "experiments/studies/classification_figures.py").read_text()
    by_hand = [line for line in text.partition(BY_HAND)[2].splitlines() if line.startswith("#")]
    assert by_hand
    assert not any(heading in made for heading in by_hand)
