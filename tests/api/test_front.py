"""The front as a sequence: choosing, tables, pictures."""

import numpy as np
import pytest

from evosnn.analysis import front_report
from evosnn.errors import SpecError


def test_a_front_is_a_sequence(campaign):
    front = campaign.front
    assert len(front) == len(front_report(campaign)["networks"])
    assert [n.id for n in front] == [front[k].id for k in range(len(front))]
    assert [n.id for n in front[:2]] == [front[0].id, front[1].id]
    assert front[-1] is front[len(front) - 1]
    sizes = [n.network.n_synapses for n in front]
    assert sizes == sorted(sizes)


def test_the_knee_is_the_reports(campaign):
    front = campaign.front
    assert front.knee.figures["knee"] is True
    assert campaign.network().id == front.knee.id
    assert campaign.network(front[0].id[:8]).id == front[0].id


def test_limits_and_weights_choose(campaign):
    front = campaign.front
    most = sorted(n.network.n_synapses for n in front)[len(front) // 2]
    within = front.within({"synapses": most})
    assert all(n.network.n_synapses <= most for n in within)
    best = front.select(weights={"accuracy": 1.0}, limits={"synapses": most})
    assert best.figures["expected"]["accuracy"] == max(
        n.figures["expected"]["accuracy"] for n in within
    )
    with pytest.raises(SpecError, match="no network has synapses at most 0"):
        front.select(limits={"synapses": 0})
    with pytest.raises(SpecError, match="did you mean 'synapses'"):
        front.select(weights={"synapse": 1})


def test_a_table_has_a_row_a_network(campaign):
    pytest.importorskip("pandas")
    table = campaign.front.to_pandas()
    assert list(table.index) == [n.id for n in campaign.front]
    assert table["knee"].sum() == 1
    assert table["test_low"].le(table["test_accuracy"]).all()
    assert {"search_accuracy", "expected_resilience", "perturbed_p05", "trials"} <= set(table)


def test_a_front_draws_into_given_axes(campaign):
    from matplotlib.figure import Figure

    axes = Figure().subplots(1, 2)
    assert campaign.front.plot(axes[1]) is axes[1]
    assert not axes[0].lines
    assert axes[1].get_xlabel() == "synapses"
    shown = np.concatenate([line.get_xdata() for line in axes[1].lines if len(line.get_xdata())])
    assert set(shown) == {n.network.n_synapses for n in campaign.front}


def test_names_in_a_notebook_are_text(campaign):
    front = campaign.front
    front.report["campaign"] = "<script>alert(1)</script>"
    assert "<script>" not in front._repr_html_()
    assert "&lt;script&gt;" in front._repr_html_()
