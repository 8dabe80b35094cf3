"""NIR graphs of others, read as networks: the same spikes, or a sentence."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d

from evosnn.chips import check
from evosnn.errors import NetworkError
from evosnn.export import from_nir, read_subject
from evosnn.export.nir.linear import linear_map
from evosnn.export.nir.read import nir_chip
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
        (lif(2, v_leak=_ONE), "v_reset 0, with v_leak 1; neurons of a chip rest"),
        (lif(2, v_reset=-_ONE), "v_reset -1"),
        (lif(2, threshold=0.0), "v_threshold 0; it would fire at rest"),
        (lif(2, leak=1.5), "shorter than the timestep"),
        (nir.LI(tau=_ONE, r=_ONE, v_leak=0 * _ONE), "node 'n' is a LI, which never fires; EvoSNN"),
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
    with pytest.raises(NetworkError, match="holds no graph that nir reads"):
        from_nir(tmp_path / "empty.nir")


def file_of(path, nodes, edges, version="1.0"):
    """Write nodes of plain parameters, as other tools do: any shape, any type."""
    import h5py

    def put(group, item):
        for key, value in item.items():
            if isinstance(value, dict):
                put(group.create_group(key), value)
            else:
                group.create_dataset(key, data=value)

    graph = {"type": "NIRGraph", "nodes": nodes, "edges": np.array(edges, dtype="S")}
    with h5py.File(path, "w") as file:
        put(file, {"version": version, "node": graph})
    return path


def ends(n_in, n_out):
    return {
        "input": {"type": "Input", "shape": np.array([n_in])},
        "output": {"type": "Output", "shape": np.array([n_out])},
    }


def plain_lif(shape=(), kind=np.float64, **changes):
    values = {"tau": 10 * DT, "r": 1.0, "v_leak": 0.0, "v_threshold": 1.0, "v_reset": 0.0}
    values |= changes
    return {"type": "LIF", **{k: np.full(shape, v, kind) for k, v in values.items()}}


def affine(weight, bias=0.0):
    weight = np.asarray(weight, float)
    return {"type": "Affine", "weight": weight, "bias": np.full(len(weight), bias)}


W1, W2 = np.arange(1, 13).reshape(4, 3) / 10, np.ones((2, 4))
CHAIN = [("input", "w1"), ("w1", "a"), ("a", "w2"), ("w2", "b"), ("b", "output")]


def chain(path, a, b, bias=0.0, **more):
    nodes = {**ends(3, 2), "w1": affine(W1, bias), "a": a, "w2": affine(W2), "b": b} | more
    return file_of(path, nodes, CHAIN)


def test_a_parameter_of_one_value_holds_for_all_neurons(tmp_path):
    full = from_nir(chain(tmp_path / "full.nir", plain_lif(4), plain_lif(2)))
    assert full.n_neurons == 9
    mixed = plain_lif()
    mixed["tau"] = np.full(4, 10 * DT)
    mixed["r"] = np.ones(1)
    del mixed["v_reset"]
    for a, b in ((plain_lif(), plain_lif()), (plain_lif((1,)), plain_lif((1,))),
                 (mixed, plain_lif((1, 2)))):  # fmt: skip
        assert from_nir(chain(tmp_path / "one.nir", a, b)) == full
    with pytest.raises(NetworkError, match="LIF 'b' has 3 neurons and is fed 2 values"):
        from_nir(chain(tmp_path / "three.nir", plain_lif(), plain_lif(3)))


def test_float32_values_go_to_the_chips_on_request_and_are_said(tmp_path):
    path = chain(tmp_path / "f.nir", plain_lif(4, np.float32), plain_lif(2, np.float32))
    chip = make_chip(integer=False, floor=None, leak=(0, 0.1))
    (tmp_path / "real.toml").write_text(
        'name = "test"\ndescription = "real"\nsource = "the tests"\narithmetic = "float"\n'
        "spike_value = 1.0\n[neuron]\nthreshold = { min = -7, max = 7 }\nleak = [0, 0.1]\n"
        "[synapse]\nweight = { min = -7, max = 7 }\ndelay = { min = 1, max = 15 }\n"
    )
    subject = read_subject(path, chip=str(tmp_path / "real.toml"))
    said = check(chip, subject.network)
    assert len(said) == 9
    assert "leak 0.0999999" in said[0]
    assert "; the chip takes 0, 0.1" in said[0]
    snapped = read_subject(path, chip=str(tmp_path / "real.toml"), snap=True)
    assert len(snapped.changes) == 9
    assert snapped.changes[0].endswith("of neuron 0 is set to 0.1")
    assert snapped.network.leak.tolist() == [0.1] * 9
    assert not check(chip, snapped.network)


def test_neurons_that_rest_where_they_return_to_are_counted_from_there(tmp_path):
    plain = from_nir(chain(tmp_path / "0.nir", plain_lif(v_threshold=0.75), plain_lif()))
    lifted = plain_lif(v_leak=-0.5, v_reset=-0.5, v_threshold=0.25)
    assert from_nir(chain(tmp_path / "1.nir", lifted, plain_lif())) == plain
    driven = plain_lif(v_leak=-0.75, v_reset=-0.5, v_threshold=0.25)
    assert from_nir(chain(tmp_path / "2.nir", driven, plain_lif(), bias=0.25)) == plain
    with pytest.raises(
        NetworkError, match=r"node 'w1' has a bias, by which v_leak 0 becomes 0\.25"
    ):
        from_nir(chain(tmp_path / "3.nir", plain_lif(), plain_lif(), bias=0.25))
    path = chain(tmp_path / "7.nir", driven, plain_lif(), bias=0.25, w2=affine(W2, 0.5))
    with pytest.raises(NetworkError, match=r"LIF 'b' has v_reset 0, node 'w2' has a bias"):
        from_nir(path)
    integrator = {"type": "IF", "r": 1.0, "v_threshold": 1.0}
    with pytest.raises(NetworkError, match=r"current of 0\.25 in every timestep into IF 'a'"):
        from_nir(chain(tmp_path / "4.nir", integrator, plain_lif(), bias=0.25))
    with pytest.raises(NetworkError, match="IF 'a' has v_reset -1; neurons of a chip start"):
        from_nir(chain(tmp_path / "5.nir", {**integrator, "v_reset": -1.0}, plain_lif()))
    resting = plain_lif(v_leak=-0.5, v_reset=-0.5, v_threshold=-1.0)
    with pytest.raises(NetworkError, match=r"v_threshold -1, and rests at -0\.5; it would fire"):
        from_nir(chain(tmp_path / "6.nir", resting, plain_lif()))


def cuba(n, tau_syn):
    one = np.ones(n)
    return {"type": "CubaLIF", "tau_syn": one * tau_syn, "tau_mem": 4 * one * DT, "r": 4 * one,
            "v_leak": 0 * one, "v_threshold": one, "w_in": 2 * one}  # fmt: skip


def test_a_current_is_read_where_the_chip_has_it(tmp_path):
    rng = np.random.default_rng(5)
    w = rng.normal(0.4, 0.5, (3, 2))
    nodes = {**ends(2, 3), "w": affine(w), "n": cuba(3, 2 * DT)}
    edges = [("input", "w"), ("w", "n"), ("n", "output")]
    path = file_of(tmp_path / "c.nir", nodes, edges)
    with pytest.raises(NetworkError, match=r"loses 0.5 of itself in it; synapses of EvoSNN"):
        from_nir(path)
    base = make_chip(integer=False, floor=None, leak=(0, 0.25, 0.5, 1))
    others = base.synapse.model_copy(update={"current_leak": 0.25})
    with pytest.raises(NetworkError, match=r"currents of chip 'test' lose 0\.25"):
        from_nir(path, chip=base.model_copy(update={"synapse": others}))
    own = base.synapse.model_copy(update={"current_leak": 0.5})
    neuron = base.neuron.model_copy(update={"fires_on": "potential"})
    chip = base.model_copy(update={"synapse": own, "neuron": neuron})
    network = from_nir(path, chip=chip)
    spikes = rng.random((200, 2)) < 0.3
    v, i, expected = np.zeros(3), np.zeros(3), []
    for fed in spikes:
        i = 0.5 * i + 0.5 * 2 * (w @ fed)
        v = 0.75 * v + 0.25 * 4 * i
        expected.append(v > 1)
        v[v > 1] = 0
    # an input's own charge goes on to arrive, but fires it no second time
    run = run_reference(network, Stimulus(chip.spike_value * spikes[:, :, None]), chip)
    np.testing.assert_array_equal(run.spikes[:, :2], spikes)
    np.testing.assert_array_equal(run.spikes[1:, 2:], expected[:-1])
    assert 20 < np.sum(expected) < 580
    slow = chip.model_copy(update={"synapse": others})
    nodes["n"] = cuba(3, 4 * DT)
    with pytest.raises(NetworkError, match="to pass an input spike on once takes half"):
        from_nir(file_of(path, nodes, edges), chip=slow)


def test_thresholds_are_those_of_the_chip(tmp_path):
    path = chain(tmp_path / "g.nir", plain_lif(), plain_lif(v_threshold=2.5))
    above = make_chip(integer=False).neuron.model_copy(update={"threshold_inclusive": False})
    real = make_chip(integer=False).model_copy(update={"neuron": above})
    assert from_nir(path, chip=real).threshold.tolist() == [1] * 7 + [2.5] * 2
    assert from_nir(path, chip=make_chip()).threshold.tolist() == [1] * 3 + [2] * 4 + [3] * 2
    assert (
        from_nir(path).threshold.tolist()
        == [1] * 3 + [np.nextafter(1, 2)] * 4 + [np.nextafter(2.5, 3)] * 2
    )


def test_convolutions_and_pools_are_written_out(tmp_path):
    rng = np.random.default_rng(2)
    kernel = rng.normal(size=(4, 3, 3, 2))
    image = rng.normal(size=(3, 9, 8))
    node = SimpleNamespace(kind="Conv2d", weight=kernel, stride=np.array([2, 1]),
                           padding=np.array([1, 0]), dilation=1, groups=1, bias=np.zeros(4),
                           input_shape=np.array([9, 8]))  # fmt: skip
    matrix, shape = linear_map("c", node, (3, 9, 8))
    padded = np.pad(image, ((0, 0), (1, 1), (0, 0)))
    expected = np.array(
        [sum(correlate2d(padded[i], k[i], "valid") for i in range(3))[::2] for k in kernel]
    )
    assert shape == expected.shape
    np.testing.assert_allclose((matrix @ image.ravel()).reshape(shape), expected)
    same = SimpleNamespace(**{**vars(node), "padding": "same", "stride": 1})
    assert linear_map("c", same, (3, 9, 8))[1] == (4, 9, 8)
    grouped = SimpleNamespace(**{**vars(node), "weight": kernel[:3, :1], "groups": 3})
    matrix, shape = linear_map("c", grouped, (3, 9, 8))
    one = np.array([correlate2d(padded[i], kernel[i, 0], "valid")[::2] for i in range(3)])
    np.testing.assert_allclose((matrix @ image.ravel()).reshape(shape), one)
    pool = SimpleNamespace(kind="AvgPool2d", kernel_size=2, stride=2, padding=0)
    matrix, shape = linear_map("p", pool, (3, 9, 8))
    means = image[:, :8].reshape(3, 4, 2, 4, 2).mean((2, 4))
    np.testing.assert_allclose((matrix @ image.ravel()).reshape(shape), means)
    line = SimpleNamespace(kind="Conv1d", weight=kernel[:, :, :, 0], stride=1, padding=0,
                           dilation=2, groups=1, input_shape=9)  # fmt: skip
    assert linear_map("l", line, (3, 9))[1] == (4, 5)


def test_a_convolutional_network_is_read(tmp_path):
    rng = np.random.default_rng(4)

    def conv(outs, ins, size, bias=0.0):
        return {"type": "Conv2d", "weight": rng.normal(size=(outs, ins, 3, 3)).astype(np.float32),
                "bias": np.full(outs, bias, np.float32), "stride": np.array([1, 1]),
                "padding": np.array([1, 1]), "dilation": np.array([1, 1]), "groups": 1,
                "input_shape": np.array([size, size])}  # fmt: skip

    def integrate(shape):
        return {"type": "IF", "r": np.full(shape, 1 / DT), "v_threshold": np.ones(shape)}

    def nodes(bias):
        return {
            "input": {"type": "Input", "shape": np.array([2, 8, 8])}, "c1": conv(3, 2, 8, bias),
            "n1": integrate((3, 8, 8)), "p1": {"type": "SumPool2d", "kernel_size": np.array([2, 2]),
            "stride": np.array([2, 2]), "padding": np.array([0, 0])},
            "f": {"type": "Flatten", "start_dim": 1, "end_dim": -1},
            "w": affine(rng.normal(size=(5, 48))), "n2": integrate(5),
            "output": {"type": "Output", "shape": np.array([5])},
        }  # fmt: skip

    names = ["input", "c1", "n1", "p1", "f", "w", "n2", "output"]
    edges = list(pairwise(names))
    network = from_nir(file_of(tmp_path / "cnn.nir", nodes(0.0), edges))
    assert (network.inputs.size, network.outputs.size, network.n_neurons) == (128, 5, 325)
    with pytest.raises(NetworkError, match=r"node 'c1' has a bias, a current of 0\.5"):
        from_nir(file_of(tmp_path / "bias.nir", nodes(0.5), edges))


def test_a_graph_within_a_graph_is_written_out(tmp_path):
    rng = np.random.default_rng(6)
    rec, w = rng.normal(size=(4, 4)), W1
    inner = {
        "type": "NIRGraph",
        "nodes": {**ends(4, 4), "lif": cuba(4, DT), "w_rec": affine(rec)},
        "edges": np.array([("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"),
                           ("lif", "output")], dtype="S"),
    }  # fmt: skip
    nodes = {**ends(3, 4), "fc1": affine(w), "lif1": inner}
    nested = from_nir(
        file_of(tmp_path / "n.nir", nodes, [("input", "fc1"), ("fc1", "lif1"), ("lif1", "output")])
    )
    flat = {**ends(3, 4), "fc1": affine(w), "lif": cuba(4, DT), "w_rec": affine(rec)}
    edges = [("input", "fc1"), ("fc1", "lif"), ("lif", "w_rec"), ("w_rec", "lif"),
             ("lif", "output")]  # fmt: skip
    assert from_nir(file_of(tmp_path / "f.nir", flat, edges)) == nested
    assert nested.n_synapses == 12 + 16
    del inner["nodes"]["input"]
    with pytest.raises(NetworkError, match="an edge names node 'input'"):
        from_nir(file_of(tmp_path / "b.nir", nodes, [("input", "fc1"), ("fc1", "lif1")]))


def wrong_metadata(path, network=None, chip=None, evosnn=None):
    import h5py

    chain(path, plain_lif(), plain_lif())
    with h5py.File(path, "a") as file:
        group = file["node"].create_group("metadata")
        if evosnn is not None:
            group.create_dataset("evosnn", data=evosnn)
            return path
        own = group.create_group("evosnn")
        if network is not None:
            own.create_dataset("network", data=network)
        if chip is not None:
            own.create_dataset("chip", data=chip)
    return path


def test_metadata_are_checked(tmp_path):
    path = tmp_path / "m.nir"
    sound = from_nir(wrong_metadata(path, evosnn="text"))
    assert sound.n_neurons == 9
    assert nir_chip(path) is None
    data = np.frombuffer(sound.to_bytes(), np.uint8).copy()
    assert from_nir(wrong_metadata(path, network=data)) == sound
    index = data.copy()
    index[20 + 9 * 20 + 4 * 5 : 20 + 9 * 20 + 4 * 6] = 255  # the first synapse's pre
    with pytest.raises(NetworkError, match="pre names the neuron at place -1 of 9"):
        from_nir(wrong_metadata(path, network=index))
    for wrong in (data[:-1], data.astype(float), 7, "text", data[None]):
        with pytest.raises(NetworkError, match=r"hold no network|not a whole network"):
            from_nir(wrong_metadata(path, network=wrong))
    for wrong in ("{}", "not json", "[]", 7.5):
        with pytest.raises(NetworkError, match="describe no chip") as caught:
            nir_chip(wrong_metadata(path, chip=wrong))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"w1": affine(np.full((4, 3), np.nan))}, "a weight that is not a finite number"),
        ({"a": plain_lif(tau=np.inf)}, "a tau that is not a finite number"),
        ({"a": plain_lif(v_threshold=np.nan)}, "a v_threshold that is not a finite number"),
        ({"a": {"type": "LIF", "tau": "fast"}}, "'a' has "),
        ({"a": {"type": "LIF"}}, "LIF 'a' has no v_threshold"),
        ({"a": {"tau": 1.0}}, "node 'a' has no type"),
        ({"input": {"type": "Input", "shape": np.array([10**12])}}, "1,000,000,000,000 inputs"),
        ({"input": {"type": "Input", "shape": np.array([-3])}}, "it takes whole numbers"),
        ({"w1": affine(np.ones((4, 7)))}, "node 'w1' takes 7 values and is fed 3"),
        ({"w1": {"type": "Affine", "weight": np.ones((2, 4, 3))}}, "a matrix is read"),
        ({"a": plain_lif(tau=0.0)}, "shorter than the timestep"),
    ],
)
def test_wrong_parameters_are_one_sentence(tmp_path, changes, said):
    with pytest.raises(NetworkError) as caught:
        from_nir(chain(tmp_path / "w.nir", **{"a": plain_lif(), "b": plain_lif(), **changes}))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_unfolds_to_more_than_memory_is_refused(tmp_path):
    import h5py

    path = chain(tmp_path / "big.nir", plain_lif(), plain_lif())
    with h5py.File(path, "a") as file:
        file.create_dataset("node/more", (2**20, 2**20), "f8", compression="gzip", chunks=(64, 64))
    assert path.stat().st_size < 10**6
    with pytest.raises(NetworkError, match=r"its arrays take 8,192\.0 GiB"):
        from_nir(path)


_VALUES = (
    0, 1, -1, 1e300, float("nan"), float("inf"), "x", np.zeros(0), np.ones(1), np.ones((2, 2)),
    np.ones(3), 2**40, np.zeros((0, 4)), np.array(["a"], dtype="S"),
)  # fmt: skip
_KINDS = (
    "Affine", "Linear", "Scale", "Conv1d", "Conv2d", "SumPool2d", "AvgPool2d", "Flatten", "IF",
    "LIF", "CubaLIF", "Input", "Output", "Identity", "NIRGraph", "LI", "", "Threshold",
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_mutated_graphs_are_a_network_or_a_sentence(data):
    names = ("input", "w1", "a", "w2", "b", "output")
    nodes = {**ends(3, 2), "w1": affine(W1), "a": plain_lif(4), "w2": affine(W2), "b": cuba(2, DT)}
    edges = list(CHAIN)
    for _ in range(data.draw(st.integers(1, 3))):
        node = nodes[data.draw(st.sampled_from(names))]
        way = data.draw(st.sampled_from(["kind", "value", "value", "drop", "edge"]))
        if way == "kind":
            node["type"] = data.draw(st.sampled_from(_KINDS))
        elif way == "edge":
            edges.append((data.draw(st.sampled_from([*names, "z"])), data.draw(
                st.sampled_from(names))))  # fmt: skip
        else:
            field = data.draw(st.sampled_from(["type", "tau", "r", "v_threshold", "weight", "bias",
                                               "shape", "v_reset", "tau_syn"]))  # fmt: skip
            node.pop(field, None)
            if way == "value":
                node[field] = _VALUES[data.draw(st.integers(0, len(_VALUES) - 1))]
    with TemporaryDirectory() as folder:
        path = file_of(Path(folder) / "m.nir", nodes, edges)
        try:
            network = from_nir(path)
        except NetworkError:
            return
    assert ((network.post >= 0) & (network.post < network.n_neurons)).all()


def test_torn_files_are_one_sentence(tmp_path):
    path = chain(tmp_path / "m.nir", plain_lif(4), plain_lif(2))
    whole = path.read_bytes()
    for size in (0, 1, 8, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(NetworkError, match=r"cannot be read|holds no graph"):
            from_nir(path)


def test_a_text_of_wrong_size_does_not_send_hdf5_round_in_a_circle(tmp_path):
    path = chain(tmp_path / "m.nir", plain_lif(4), plain_lif(2))
    content = bytearray(path.read_bytes())
    content[content.index(b"GCOL") + 16 + 9] = 1  # the first text is 256 bytes longer
    path.write_bytes(content)
    with pytest.raises(NetworkError, match="it is damaged: a text in it has a wrong size"):
        from_nir(path)
