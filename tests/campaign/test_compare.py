"""Campaigns side by side."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import wilcoxon

from evosnn.analysis import compare_campaigns, front_report, merged_front
from evosnn.analysis.compare import _arm_names, _by_draw, _p_value, _volume
from evosnn.campaign import Campaign, change_spec, read_spec
from evosnn.errors import SpecError

FILE = """
task = "iris"
chip = "risp-127"
population = 12
instances = 3
trials = 4
[stop]
generations = 3
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("compare")
    (root / "spec.toml").write_text(FILE)
    spec = read_spec(root / "spec.toml")
    made = {}
    for engine in ("nsga2", "random"):
        for seed in (1, 2, 3):
            folder = root / f"{engine}-{seed}"
            campaign = Campaign.start(
                change_spec(spec, {"engine": engine, "seed": seed}), folder, threads=1
            )
            campaign.run()
            campaign.store.close()
            made[engine, seed] = folder
    return made


def test_campaigns_that_differ_in_their_seed_are_one_arm(folders):
    arms = compare_campaigns(list(folders.values()))
    assert [arm.name for arm in arms] == ["engine nsga2", "engine random"]
    assert [len(arm.folders) for arm in arms] == [3, 3]
    a, b = (arm.volumes for arm in arms)
    assert arms[0].p is None
    assert arms[1].p == pytest.approx(wilcoxon(a, b).pvalue)
    one = arms[0].fronts[0]
    listed = front_report(Campaign.load(folders["nsga2", 1]))["networks"]
    assert one[:, 0].tolist() == [item["synapses"] for item in listed]
    assert one[:, 1].tolist() == [item["test"]["accuracy"] for item in listed]


def test_the_order_of_folders_changes_nothing_but_the_order(folders):
    forth = compare_campaigns(list(folders.values()))
    back = compare_campaigns(list(folders.values())[::-1])
    assert [arm.name for arm in back] == ["engine random", "engine nsga2"]
    assert {a.name: a.volumes.tolist() for a in forth} == {a.name: a.volumes.tolist() for a in back}


def test_a_volume_is_the_box_below_a_single_network():
    assert _volume(np.array([[4.0, 0.9, 0.8]]), 9, 0.0, 1.0) == pytest.approx(0.6 * 0.9 * 0.8)
    two = np.array([[4.0, 0.5, 0.5], [9.0, 1.0, 1.0]])
    assert _volume(two, 9, 0.0, 1.0) == pytest.approx(0.6 * 0.25 + 0.1 * 0.75)


def test_one_folder_or_two_tasks_are_refused(folders, tmp_path):
    with pytest.raises(SpecError, match="at least two"):
        compare_campaigns([folders["nsga2", 1]])
    path = tmp_path / "other.toml"
    path.write_text(FILE.replace("iris", "wine"))
    Campaign.start(read_spec(path), tmp_path / "wine").store.close()
    with pytest.raises(SpecError, match=r"is about wine, .* about iris"):
        compare_campaigns([folders["nsga2", 1], tmp_path / "wine"])


def test_the_folds_of_a_seed_count_as_one_in_the_test():
    draws = [(seed, 1, fold) for seed in (1, 2, 3) for fold in (1, 2)]
    means = _by_draw(dict(enumerate(draws)), [0.1, 0.3, 0.4, 0.6, 0.5, 0.9])
    assert means == {(1, 1): 0.2, (2, 1): 0.5, (3, 1): 0.7}
    other = _by_draw(dict(enumerate(draws)), [0.2, 0.3, 0.6, 0.6, 0.9, 0.9])
    assert _p_value(means, other) == pytest.approx(
        wilcoxon([0.2, 0.5, 0.7], [0.25, 0.6, 0.9]).pvalue
    )
    two = {k: means[k] for k in list(means)[:2]}
    assert _p_value(means, two) is None  # two seeds of whatever folds say nothing


def test_folds_and_repeats_are_one_arm(folders):
    specs = [
        change_spec(Campaign.load(folders["nsga2", 1]).spec, {"split.folds": 3, **own})
        for own in ({"split.fold": 1}, {"split.fold": 2}, {"split.repeat": 2, "seed": 9})
    ]
    assert _arm_names(specs, []) == ["all"] * 3
    assert len(set(_arm_names([*specs, change_spec(specs[0], {"split.folds": 4})], []))) == 2


def test_the_merged_front_is_what_nobody_beats(folders):
    arms = compare_campaigns(list(folders.values()))
    merged = merged_front(arms)
    everyone = [
        (row[0], -row[1], -row[2]) for arm in arms for front in arm.fronts for row in front.tolist()
    ]
    for item in merged:
        mine = (item["synapses"], -item["score"], -item["perturbed"])
        assert not any(
            all(a <= b for a, b in zip(other, mine, strict=True)) and other != mine
            for other in everyone
        )
        listed = front_report(Campaign.load(Path(item["campaign"])))["networks"]
        assert item["id"] in {n["id"] for n in listed}
    best = [
        row for row in everyone
        if not any(all(a <= b for a, b in zip(o, row, strict=True)) and o != row for o in everyone)
    ]  # fmt: skip
    assert len(merged) == len(set(best))


def test_the_knee_of_an_arm_is_the_mean_of_its_campaigns(folders):
    arm = compare_campaigns(list(folders.values()))[0]
    knees = [
        next(n for n in front_report(Campaign.load(Path(folder)))["networks"] if n["knee"])
        for folder in arm.folders
    ]
    assert arm.mean_knee[0] == pytest.approx(np.mean([n["synapses"] for n in knees]))
    assert arm.mean_knee[1] == pytest.approx(np.mean([n["test"]["accuracy"] for n in knees]))
