"""NIR graphs of others, read as networks: the same spikes, or a sentence."""

import numpy as np
import pytest

from evosnn.errors import NetworkError
from evosnn.export import from_nir
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference
from tests.networks import make_chip

nir = pytest.importorskip("nir", reason="nir is not installed; pip install 'evosnn[nir]'")

DT = 1e-4


def lif(n, *, leak=0.25, threshold=1.0, **other):
    one = np.ones(n)
    given = {"v_leak": 0 * one, "v_threshold": threshold * one, **other}
    return nir.LIF(tau=one * DT / leak, r=one / leak, **given)


def write(path, nodes, edges):
    nir.write(path, nir.NIRGraph(nodes=nodes, edges=edges))
    return path


def two_layers(path, w1, w2, rec, **other):
    nodes = {
        "input": nir.Input(np.array([w1.shape[1]])),
        "w1": nir.Affine(w1, np.zeros(len(w1))),
        "a": lif(len(w1), **other),
        "rec": nir.Linear(rec),
        "w2": nir.Linear(w2),
        "b": lif(len(w2), leak=0.5),
        "output": nir.Output(np.array([len(w2)])),
    }
    edges = [("input", "w1"), ("w1", "a"), ("a", "rec"), ("rec", "a"), ("a", "w2"), ("w2", "b"),
             ("b", "output")]  # fmt: skip
    return write(path, nodes, edges)


def test_a_graph_runs_as_its_equations_say(tmp_path):
    rng = np.random.default_rng(3)
    w1, rec, w2 = (
        rng.normal(0.6, 0.5, (5, 3)),
        rng.normal(0, 0.4, (5, 5)),
        rng.normal(0.5, 1, (2, 5)),
    )
    network = from_nir(two_layers(tmp_path / "g.nir", w1, w2, rec))
    spikes = rng.random((300, 3)) < 0.4
    # NIR's equations by Euler's rule: a layer costs no timestep, a loop costs one.
    v, u, before, expected = np.zeros(5), np.zeros(2), np.zeros(5), []
    for fed in spikes:
        v = 0.75 * v + w1 @ fed + rec @ before
        before = (v > 1).astype(float)
        v[v > 1] = 0
        u = 0.5 * u + w2 @ before
        expected.append(u > 1)
        u[u > 1] = 0
    chip = make_chip(integer=False, floor=None, leak=(0, 0.25, 0.5, 1))
    run = run_reference(network, Stimulus(10.0 * spikes[:, :, None]), chip)
    found = run.spikes[:, network.outputs]
    shift = 2  # two layers after the neurons that stand for the inputs
    np.testing.assert_array_equal(found[shift:], expected[:-shift])
    assert 20 < found.sum() < 580


def test_cubalif_and_if_and_scale_are_read(tmp_path):
    one = np.ones(2)
    cuba = nir.CubaLIF(
        tau_syn=one * DT, tau_mem=4 * one * DT, r=4 * one, v_leak=0 * one, v_threshold=one,
        w_in=2 * one,
    )  # fmt: skip
    nodes = {
        "input": nir.Input(np.array([2])), "s": nir.Scale(np.array([0.5, 0.25])), "a": cuba,
        "w": nir.Linear(np.array([[1.0, 0.0]])), "b": nir.IF(r=one[:1] / DT, v_threshold=one[:1]),
        "output": nir.Output(np.array([1])),
    }  # fmt: skip
    edges = [("input", "s"), ("s", "a"), ("a", "w"), ("w", "b"), ("b", "output")]
    network = from_nir(write(tmp_path / "g.nir", nodes, edges))
    assert network.weight.tolist() == [1.0, 0.5, pytest.approx(1.0)]
    assert network.leak.tolist() == [0.25, 0.25, 0.25, 0.25, 0.0]
    assert network.delay.tolist() == [1, 1, 1]
    assert network.outputs.tolist() == [4]


def simple(tmp_path, node, bias=0.0, extra=None, edges=()):
    nodes = {
        "input": nir.Input(np.array([2])),
        "w": nir.Affine(np.eye(2), np.full(2, bias)),
        "n": node,
        "output": nir.Output(np.array([2])),
        **(extra or {}),
    }
    joined = [("input", "w"), ("w", "n"), ("n", "output"), *edges]
    return write(tmp_path / "g.nir", nodes, joined)


_ONE = np.ones(2)


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (lif(2, v_leak=_ONE), "v_leak 1; EvoSNN's neurons rest at"),
        (lif(2, v_reset=-_ONE), "v_reset -1"),
        (lif(2, threshold=0.0), "v_threshold 0; it would fire at rest"),
        (lif(2, leak=1.5), "shorter than the timestep"),
        (nir.LI(tau=_ONE, r=_ONE, v_leak=0 * _ONE), "node 'n' is a LI; EvoSNN reads CubaLIF"),
        (nir.CubaLIF(tau_syn=5 * _ONE * DT, tau_mem=9 * _ONE * DT, r=_ONE, v_leak=0 * _ONE,
                     v_threshold=_ONE), "a current that outlasts"),
        (nir.Delay(_ONE), "node 'n' is a Delay"),
    ],
)  # fmt: skip
def test_other_rules_are_refused_in_a_sentence(tmp_path, node, said):
    with pytest.raises(NetworkError, match="NIR file") as caught:
        from_nir(simple(tmp_path, node))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_other_wirings_are_refused_in_a_sentence(tmp_path):
    with pytest.raises(NetworkError, match="'w' has a bias"):
        from_nir(simple(tmp_path, lif(2), bias=0.1))
    loop = {"m": lif(2), "back": nir.Linear(np.eye(2)), "forth": nir.Linear(np.eye(2))}
    edges = [("n", "forth"), ("forth", "m"), ("m", "back"), ("back", "n")]
    with pytest.raises(NetworkError, match="are in a loop, whose delay each tool chooses"):
        from_nir(simple(tmp_path, lif(2), extra=loop, edges=edges))
    nodes = {"input": nir.Input(np.array([2])), "n": lif(2), "w": nir.Linear(2 * np.eye(2)),
             "output": nir.Output(np.array([2]))}  # fmt: skip
    summed = write(tmp_path / "s.nir", nodes, [("input", "n"), ("n", "w"), ("w", "output")])
    with pytest.raises(NetworkError, match="a weighted sum of spikes"):
        from_nir(summed)


def test_damaged_files_are_refused_in_a_sentence(tmp_path):
    with pytest.raises(NetworkError, match=r"nowhere.nir' cannot be read: No such file"):
        from_nir(tmp_path / "nowhere.nir")
    (tmp_path / "text.nir").write_text("hello")
    with pytest.raises(NetworkError, match="cannot be read"):
        from_nir(tmp_path / "text.nir")
    import h5py

    with h5py.File(tmp_path / "empty.nir", "w"):
        pass
    with pytest.raises(NetworkError, match="is not a graph that nir can read"):
        from_nir(tmp_path / "empty.nir")
