"""Campaigns side by side."""

import numpy as np
import pytest
from scipy.stats import wilcoxon

from evosnn.campaign import Campaign, change_spec, compare_campaigns, front_report, read_spec
from evosnn.campaign._compare import _volume
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
