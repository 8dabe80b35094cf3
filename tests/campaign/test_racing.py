"""Racing: networks that could join the front are measured on all chips, others on few."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.campaign import Campaign, CampaignSpec, build_problem, build_search
from evosnn.campaign._racing import contenders
from evosnn.evaluation import Measurement

SPEC = {
    "task": "iris",
    "chip": "risp-127",
    "population": 16,
    "instances": 8,
    "remeasure": 24,
    "trials": 4,
    "stop": {"generations": 6},
}


CAMPAIGN = CampaignSpec.model_validate({**SPEC, "require": {"accuracy": 0.4}})


@pytest.fixture(scope="module")
def problem():
    return build_problem(CAMPAIGN, 1)


@pytest.fixture(scope="module")
def breeder(problem):
    return build_search(CAMPAIGN, problem, 1).breeder


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_contenders_are_not_dominated_when_raised_by_two_standard_errors(problem, breeder, seed):
    rng = np.random.default_rng(seed)

    def some(n, chips):
        networks = [breeder.random_network(rng).network for _ in range(n)]
        return [
            problem.individual(
                network,
                Measurement(rng.integers(30, 100) / 100, rng.random(chips) * 0.4 + 0.5, 1.0, 1.0),
            )
            for network in networks
        ]

    members, rivals = some(8, 3), some(6, 20)
    chosen = contenders(problem, members, rivals)
    spread = np.median([m.measurement.perturbed.std() for m in members + rivals])
    for member in members:
        r = member.measurement
        mean = np.minimum(r.perturbed + 2 * spread / 3**0.5, 1.0).mean()
        beaten = any(
            o.measurement.nominal >= r.nominal
            and o.network.n_synapses <= member.network.n_synapses
            and o.measurement.mean >= mean
            and (o.measurement.nominal, -o.network.n_synapses, o.measurement.mean)
            != (r.nominal, -member.network.n_synapses, mean)
            for o in rivals
            if o.measurement.nominal >= 0.4
        )
        feasible_rivals = any(o.measurement.nominal >= 0.4 for o in rivals)
        assert (member in chosen) == (not feasible_rivals or (not beaten and r.nominal >= 0.4))


def test_without_rivals_all_are_contenders(problem, breeder):
    rng = np.random.default_rng(0)
    record = Measurement(0.5, np.array([0.4, 0.5]), 1.0, 1.0)
    members = [problem.individual(breeder.random_network(rng).network, record) for _ in range(3)]
    assert contenders(problem, members, []) == members
    assert contenders(problem, [], members) == []


def test_dominated_networks_are_measured_on_few_chips_and_count_as_few(tmp_path):
    counts, sizes = {}, {}
    for n_first in (0, 3):
        spec = CampaignSpec.model_validate({**SPEC, "racing_instances": n_first})
        campaign = Campaign.start(spec, tmp_path / str(n_first), 1)
        campaign.run()
        rows = campaign.store._db.execute(
            "SELECT LENGTH(perturbed) / 8, COUNT(*) FROM measurements GROUP BY 1"
        ).fetchall()
        sizes[n_first] = dict(rows)
        counts[n_first] = campaign.store.statistics()[-1]["evaluations"]
        looked = sum((size + 1) * n for size, n in rows)
        assert 9 * counts[n_first] >= looked
        # error gradients, a second nominal run for the contenders, and rounding up
        assert 9 * counts[n_first] <= looked + 7 * (16 + 16 + 9 + 16)
        campaign.store.close()
    assert set(sizes[0]) == {8}
    assert set(sizes[3]) == {3, 5, 8}
    assert counts[3] < counts[0]
