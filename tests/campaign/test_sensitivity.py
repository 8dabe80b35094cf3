"""A front under other faults than it was evolved under."""

import json

import numpy as np
import pytest
from scipy.stats import kendalltau
from typer.testing import CliRunner

from evosnn.analysis import AS_EVOLVED, front_report, front_sensitivity
from evosnn.analysis.sensitivity import _knee
from evosnn.assessment import SWEEPS
from evosnn.campaign import Campaign, change_spec, read_spec
from evosnn.cli._main import app
from evosnn.errors import SpecError
from evosnn.evaluation import Trial, derive_seed
from evosnn.hardware import DeadSynapses, draw_instances
from evosnn.plots import sensitivity

FILE = """
task = "iris"
chip = "risp-127"
population = 16
instances = 3
trials = 4
[stop]
generations = 4
"""


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    root = tmp_path_factory.mktemp("sensitivity")
    (root / "spec.toml").write_text(FILE)
    made = Campaign.start(read_spec(root / "spec.toml"), root / "run", threads=1)
    made.run()
    return made


@pytest.fixture(scope="module")
def found(campaign):
    return front_sensitivity(campaign, trials=6, seed=3)


def test_every_network_is_tried_under_every_condition(campaign, found):
    listed = front_report(campaign)["networks"]
    assert list(found.ids) == [item["id"] for item in listed]
    assert found.synapses.tolist() == [item["synapses"] for item in listed]
    assert found.conditions[0].mechanism == AS_EVOLVED
    assert [(c.mechanism, c.level) for c in found.conditions[1:]] == [
        (sweep.name, level) for sweep in SWEEPS for level in sweep.levels[1:4]
    ]
    assert all(c.scores.shape == (len(listed), 6) for c in found.conditions)


@pytest.mark.slow
def test_scores_are_those_of_held_out_samples_on_such_chips(campaign, found):
    problem, at = campaign.problem, 1 + 3 * 3  # the first level of dead synapses
    condition = found.conditions[at]
    assert condition.mechanism == "dead-synapses"
    networks = [campaign.store.network(key) for key in found.ids]
    faults, seed = [DeadSynapses(rate=condition.level)], derive_seed(3, "sensitivity", 0)
    chips = draw_instances(networks, problem.chip, faults, 6, seed)
    trial = Trial(problem.task, problem.chip)
    neuron = synapse = 0
    for k, network in enumerate(networks):
        after = neuron + network.n_neurons, synapse + network.n_synapses
        own = chips.networks(slice(neuron, after[0]), slice(synapse, after[1]))
        neuron, synapse = after
        np.testing.assert_allclose(condition.scores[k], trial.score(network, own))


def test_tau_is_the_rank_correlation_of_the_means(found):
    own = found.conditions[0].means
    for c in found.conditions:
        if c.tau is None:
            assert own.size < 3 or not np.ptp(c.means) or not np.ptp(own)
        else:
            assert c.tau == pytest.approx(kendalltau(own, c.means).statistic)


def test_the_knee_is_nearest_to_the_ideal():
    synapses, score = np.array([2, 4, 10, 20]), np.array([0.5, 0.8, 0.9, 0.92])
    assert _knee(synapses, score) == 1
    assert _knee(synapses, score[::-1]) == 0
    assert _knee(synapses, np.full(4, 0.7)) == 0
    assert _knee(synapses, np.array([0.1, 0.2, 0.9, 0.92])) == 2


def test_the_same_seed_gives_the_same_and_another_another(campaign, found):
    again = front_sensitivity(campaign, trials=6, seed=3)
    other = front_sensitivity(campaign, trials=6, seed=4)
    assert again.as_data() == found.as_data()
    assert other.as_data() != found.as_data()


def test_a_campaign_without_mechanisms_assumed_no_faults(campaign, tmp_path):
    spec = change_spec(campaign.spec, {"mechanisms": [], "objectives": ["accuracy", "synapses"]})
    with pytest.raises(SpecError, match="has no mechanisms; its front assumes no faults"):
        front_sensitivity(Campaign.start(spec, tmp_path / "run", threads=1))


def test_the_command_prints_a_table_or_json_and_draws(campaign, tmp_path):
    folder = str(campaign.store.folder)
    picture = tmp_path / "s.png"
    shown = CliRunner().invoke(app, ["sensitivity", folder, "--trials", "2", "-o", str(picture)])
    assert shown.exit_code == 0, shown.output
    assert "dead-synapses 0.05" in shown.output
    assert picture.stat().st_size > 10_000
    data = json.loads(
        CliRunner().invoke(app, ["sensitivity", folder, "--trials", "2", "--json"]).output
    )
    assert len(data["conditions"]) == 1 + 3 * len(SWEEPS)
    low, high = data["conditions"][4]["band"][0]
    assert low <= data["conditions"][4]["mean"][0] <= high


def test_the_picture_has_a_line_a_network_in_each_panel():
    rng = np.random.default_rng(0)
    sweeps = [(name, "share", np.array([0.1, 0.2]), rng.random((2, 3))) for name in "abcd"]
    band = np.full((3, 2), 0.5)
    knees = [(np.array([1, 1, 2]), band)] * 4
    figure = sensitivity(np.array([3, 5, 9]), rng.random(3), sweeps, 1, knees)
    panels = [ax for ax in figure.axes if ax.get_xlabel()]
    assert len(panels) == 4
    for ax in panels:
        lines = {line.get_gid(): line.get_ydata() for line in ax.lines}
        assert {"network 0", "network 1", "network 2", "knee", "knees"} == set(lines)
        assert lines["knee"].tolist() == list(lines["network 1"])
        assert lines["knees"][2] == lines["network 2"][2]
    with pytest.raises(SpecError, match="at least one mechanism"):
        sensitivity(np.array([3]), np.ones(1), [], 0, [])
