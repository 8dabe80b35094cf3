"""What is expected of unseen samples, against closed forms and simulated searches."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binomtest

from evosnn.analysis import dominated_values, front_report
from evosnn.assessment import certify, try_faults
from evosnn.campaign import Campaign, read_spec
from evosnn.campaign.figures.expected import expected_scores, expected_values
from evosnn.errors import ExportError
from evosnn.evaluation import Measurement, Trial, wilson
from evosnn.evolution import individual, objectives_by_name

A, B = 32, 8  # networks' true accuracies are Beta(32, 8), 0.8 on average
SEARCH, VALIDATION = 80, 30  # samples


def drawn(rng, n):
    """True accuracies of networks, and their scores on search and validation samples."""
    true = rng.beta(A, B, n)
    return (
        true,
        rng.binomial(SEARCH, true) / SEARCH,
        rng.binomial(VALIDATION, true) / VALIDATION,
    )


def test_the_line_is_the_posterior_mean():
    """A Beta prior and a binomial record: its mean is linear (Bayes' billiard)."""
    true, search, validation = drawn(np.random.default_rng(1), 200_000)
    posterior = (A + SEARCH * search) / (A + B + SEARCH)
    line = expected_scores(search, validation, 0.0)
    assert np.abs(line - posterior).max() < 0.004
    for some in (search > 0.9, search < 0.7):
        assert line[some].mean() == pytest.approx(true[some].mean(), abs=0.002)


def searched(rng, n=2000, survive=100):
    """A search's last population: those of many networks with the best records."""
    true, search, validation = drawn(rng, n)
    best = np.argsort(-search, kind="stable")[:survive]
    return true[best], search[best], validation[best]


def test_expected_scores_of_what_was_selected_are_not_biased():
    """Twice selected: by the search into its population, then the best tenth of that."""
    share = VALIDATION / (SEARCH + VALIDATION)
    rng = np.random.default_rng(2)
    gaps = []
    for _ in range(150):
        true, search, validation = searched(rng)
        pooled = (1 - share) * search + share * validation
        expected = expected_scores(search, validation, share)
        gaps.append([(expected - true).mean()])
        for said in (search, pooled, expected):
            best = np.argsort(-said, kind="stable")[:10]
            gaps[-1].append((said[best] - true[best]).mean())
    whole, of_search, of_pooled, of_expected = np.mean(gaps, axis=0)
    assert abs(whole) < 0.002
    assert of_search > 0.05
    assert of_pooled > 0.04
    assert abs(of_expected) < 0.01


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Also where all networks are right on the same samples, so that their luck is one."""
    rng = np.random.default_rng(3)
    held = {"apart": 0, "alike": 0}
    for _ in range(500):
        true, search, validation = searched(rng, 500, 50)
        luck = rng.random(VALIDATION)
        alike = (luck < true[:, None]).mean(axis=1)
        for name, seen in (("apart", validation), ("alike", alike)):
            low, high = wilson(expected_scores(search, seen, 0.25)[0] * VALIDATION, VALIDATION)
            held[name] += low <= true[0] <= high
    assert held["apart"] >= 0.95 * 500
    assert held["alike"] >= 0.93 * 500


SHARES = arrays(np.float64, st.integers(2, 12), elements=st.floats(0.25, 0.75))


@given(SHARES, st.data())
def test_a_better_record_is_never_worth_less(search, data):
    validation = data.draw(arrays(np.float64, search.size, elements=st.floats(0.25, 0.75)))
    expected = expected_scores(search, validation, 0.0)
    order = np.argsort(search)
    assert (np.diff(expected[order]) >= -1e-12).all()
    assert (np.diff(expected[order]) <= np.diff(search[order]) + 1e-12).all()
    assert expected.mean() == pytest.approx(np.clip(validation.mean(), 0, 1))


def test_networks_of_one_record_are_expected_to_score_as_validation_says():
    assert (
        expected_scores(np.full(4, 0.9), np.array([0.6, 0.7, 0.7, 0.8]), 0.0).tolist()
        == [pytest.approx(0.7)] * 4
    )


@pytest.mark.parametrize(("right", "n"), [(0, 7), (7, 7), (43, 45), (1, 200)])
def test_wilson_is_scipys(right, n):
    ends = binomtest(right, n).proportion_ci(confidence_level=0.95, method="wilson")
    assert wilson(right, n) == pytest.approx((ends.low, ends.high), abs=1e-12)


def test_no_expected_score_is_above_1(campaign):
    """A few bad chips among many perfect ones: a mean moved up moves all of them up."""
    objectives = objectives_by_name(["accuracy", "resilience", "resilience-p05"])
    record = Measurement(0.99, np.repeat([0.6, 1.0], [4, 96]) + 0.01, 0.0, 0.0)
    member = individual(campaign.population()[0].network, record, objectives)
    assert member.values[2] > 1
    problem = replace(campaign.problem, objectives=objectives)
    found = expected_values(problem, member)
    assert found == {
        "accuracy": 0.99, "resilience": pytest.approx(0.994), "resilience-p05": 1.0
    }  # fmt: skip


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    folder = tmp_path_factory.mktemp("expected")
    (folder / "campaign.toml").write_text(
        'task = "wine"\nchip = "risp-127"\npopulation = 24\ninstances = 4\ntrials = 8\n'
        "stop = { generations = 6 }\n"
    )
    opened = Campaign.start(read_spec(folder / "campaign.toml"), folder / "run", 1)
    opened.run()
    return opened


def test_the_front_is_formed_by_what_is_expected(campaign):
    front = np.array(
        [
            (-n["expected"]["accuracy"], n["synapses"], -n["expected"]["resilience"])
            for n in front_report(campaign)["networks"]
        ]
    )
    others = dominated_values(campaign) * (-1, 1, -1)
    assert len(front) + len(others) == len(campaign.population())
    for row in front:
        assert not ((front <= row).all(axis=1) & (front < row).any(axis=1)).any()
    for row in others:
        assert (front <= row).all(axis=1).any()


def test_expected_figures_by_hand(campaign):
    problem, population = campaign.problem, campaign.population()
    n, m = problem.n_search_samples, problem.task.validation.n_samples
    networks = [member.network for member in population]
    seen = problem.evaluator.measure(networks, "validation", n_instances=8, part="validation")
    x = np.array([member.measurement.mean for member in population])
    y = np.array([record.mean for record in seen])
    slope, at_zero = np.polyfit(x, y, 1)
    assert 0.5 < slope < 1
    by_hand = np.clip((n * (at_zero + slope * x) + m * y) / (n + m), 0, 1)
    stored = [campaign.store.expected()[network.key]["resilience"] for network in networks]
    assert stored == pytest.approx(by_hand.tolist())


def test_a_campaign_without_expected_figures_is_measured_once_when_it_is_read(
    campaign, monkeypatch
):
    before, dominated = front_report(campaign), dominated_values(campaign).tolist()
    campaign.store.record_final(campaign.store.final(), {})
    assert front_report(campaign) == before
    file = campaign.store.folder / "measured.json"
    whole = file.read_text()
    with monkeypatch.context() as patch:
        patch.setattr(Campaign, "_measured_figures", None)  # nothing is measured again
        assert front_report(campaign) == before
        assert dominated_values(campaign).tolist() == dominated
    for content in (whole[:-9], whole.replace('"state": "', '"state": "0'), "[]"):
        file.write_text(content)  # torn, of another state, foreign
        assert front_report(Campaign.load(campaign.store.folder)) == before
        assert file.read_text() == whole
    campaign.run()
    assert campaign.store.expected()
    assert front_report(campaign) == before
    assert not file.exists()


def test_what_is_read_is_not_kept_where_nothing_can_be_written(campaign, monkeypatch):
    before = front_report(campaign)
    campaign.store.record_final(campaign.store.final(), {})

    def refuse(path, text):
        raise ExportError(f"'{path}' cannot be written")

    monkeypatch.setattr("evosnn.campaign.figures.cache.write_text", refuse)
    read = Campaign.load(campaign.store.folder)
    assert front_report(read) == before
    assert not (campaign.store.folder / "measured.json").exists()
    with monkeypatch.context() as patch:
        patch.setattr(Campaign, "_measured_figures", None)  # nor measured again
        assert front_report(read) == before
    campaign.run()


def test_a_run_tells_how_far_its_final_figures_are(campaign):
    campaign.store.record_final({}, {})
    told = []
    campaign.run(on_measured=lambda *step: told.append(step))
    front = len(campaign.store.final())
    seen, last = (f"on {part} samples, 8 fresh chips each" for part in ("validation", "test"))
    assert told[:4] == [(seen, n, 24) for n in (0, 10, 20, 24)]
    assert [told[4], told[-1]] == [(last, 0, front), (last, front, front)]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("single-fault-worst", marks=pytest.mark.slow),
        "dead-synapse-worst",
        pytest.param("certified", marks=pytest.mark.slow),
    ],
)
def test_worst_faults_and_certified_errors_are_those_expected_of_unseen_samples(name, tmp_path):
    (tmp_path / "campaign.toml").write_text(
        'task = "iris"\nchip = "risp-127"\npopulation = 12\ninstances = 2\ntrials = 2\n'
        f'stop = {{ generations = 2 }}\nobjectives = ["accuracy", "synapses", "{name}"]\n'
        f"require = {{ {name} = 0.01 }}\n"
    )
    opened = Campaign.start(read_spec(tmp_path / "campaign.toml"), tmp_path / "run", 1)
    opened.run()
    problem, population = opened.problem, opened.population()

    told = []
    Campaign.load(opened.store.folder, on_measured=lambda *step: told.append(step)).figures()
    assert told == []  # they are all there
    opened.store.record_final({}, {})
    Campaign.load(opened.store.folder, on_measured=lambda *step: told.append(step)).figures()
    for part in ("search", "validation"):
        told_of = [n for what, *n in told if what == f"for {name} on {part} samples"]
        assert told_of == [[k, 12] for k in range(13)]
    opened.run()

    def figure(network, part):
        trial = Trial(problem.task, problem.chip, part)
        if name == "single-fault-worst":
            return try_faults(network, trial).worst
        if name == "certified":
            found = certify(network, trial)
            return (found.decisions * found.right).mean()
        return try_faults(network, trial).by_kind()["dead-synapse"].min()

    searched, validated = (
        np.array([figure(member.network, part) for member in population])
        for part in ("train", "validation")
    )
    m = problem.task.validation.n_samples
    by_hand = expected_scores(searched, validated, m / (problem.n_search_samples + m)).tolist()
    stored = opened.store.expected()
    assert [stored[m.network.key][name] for m in population] == pytest.approx(by_hand)
    place = {member.network.key: k for k, member in enumerate(population)}
    for item in front_report(opened)["networks"]:
        assert item["expected"][name] == stored[item["id"]][name]
        assert item["search"][name] == searched[place[item["id"]]]
