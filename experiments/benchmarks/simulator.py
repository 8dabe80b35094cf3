"""How fast the simulator is: network runs a second, beside peers and the processor's limit.

    python experiments/benchmarks/simulator.py --json results/benchmarks/simulator.json
    python experiments/benchmarks/plot_simulator.py results/benchmarks/simulator.json -o results/benchmarks/simulator.png

Three networks (a: 20 neurons, 100 synapses; b: 100, 1,000; c: 1,000, 20,000; delays to 15,
100 timesteps, RISP's integer rules) run at 1, 10 and 50 % activity (spikes a neuron a
timestep, reached by the share of excitatory synapses, or by the input rate for networks read
from a folder) on 64, 512 and 4,096 lanes, every lane with its own random inputs. A row is the
best of several repeats; with one thread it is processor time, so that a busy machine does not
count, with two it is wall time (idle machines only). ``limit_share`` is what the engine does
to network b, in masked adds a second (synapses x timesteps x runs), over what a kernel that
does nothing else reaches; above 1 means that the engine gets by with fewer instructions than
one masked add a synapse. ``sparse`` compares the engine's own two paths where little happens: the
vector kernels (or full adders), and the event-driven one, which the engine chooses by itself,
from 0.03 to 10 % activity and from a single lane to full vectors. The event-driven path follows
the spikes of 32 lanes of a neuron at a time: at 1 % activity one of 32 lanes spikes in 28 % of a
neuron's timesteps (1 - 0.99 ** 32), and so far its work can fall. ``features`` says what
each feature costs on network b, as a multiple of the time of a chip exactly as drawn;
``sessions`` how fast a session is in windows of 20 and 100 timesteps, as a share of its own
speed in one window of 400; ``beginnings`` what it takes from networks to running kernels: a call
with one lane and one timestep, of networks as they are, and without their synapses, which only
compiled passes go over. These three take turns, so that a busy machine slows all alike, and are
processor time on one core.

``limit_share`` flatters: the limit kernel, which only adds masked weights, reaches 17 to 36 % less
than hand-written assembly with 16 accumulators, so a share of 0.51 is 0.36 to 0.42 of the best loop.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from evosnn.chips import Chip, load_chip
from evosnn.hardware import Instances, WeightVariation, draw_instances, nominal_instances
from evosnn.network import Network
from evosnn.simulation import PreparedStimulus, Session, Stimulus, simulate
from evosnn.simulation.event_driven import budget as sparse_path

SIZES = {"a": (20, 100, 4, 2), "b": (100, 1000, 20, 10), "c": (1000, 20000, 200, 100)}
TIMESTEPS = 100
CHIP = load_chip("risp-7")


@dataclass
class Row:
    network: str
    activity: float
    measured_activity: float
    lanes: int
    threads: int
    runs_per_s: float
    deliveries_per_s: float


@dataclass
class Peer:
    simulator: str
    network: str
    activity: float
    runs_per_s: float | None
    ratio: float | None
    note: str = ""


@dataclass
class Sparse:
    network: str
    activity: float
    measured_activity: float
    lanes: int
    vector_runs_per_s: float
    event_runs_per_s: float
    chosen_runs_per_s: float


@dataclass
class Feature:
    feature: str
    number: str
    lanes: int
    runs_per_s: float
    cost: float


@dataclass
class SessionRow:
    network: str
    lanes: int
    window: int
    steps_per_s: float
    share_of_one_run: float


@dataclass
class Beginning:
    network: str
    us_a_network: float
    us_without_synapses: float
    ns_a_synapse: float


# Networks and inputs


def random_network(name: str, excitatory: float) -> Network:
    """A network of the benchmark's statistics: weights to 7, thresholds 3..7, delays 1..15."""
    neurons, synapses, inputs, outputs = SIZES[name]
    rng = np.random.default_rng(ord(name))
    pairs = rng.choice(neurons * neurons, synapses, replace=False)
    sign = np.where(rng.random(synapses) < excitatory, 1, -1)
    weights = rng.integers(1, 8, synapses) * sign
    delays = rng.integers(1, 16, synapses)
    ends = rng.permutation(neurons)
    return Network.create(
        threshold=rng.integers(3, 8, neurons),
        inputs=ends[:inputs].tolist(),
        outputs=ends[inputs : inputs + outputs].tolist(),
        synapses=list(zip(*divmod(pairs, neurons), weights, delays, strict=True)),
    )


def read_network(path: Path) -> Network:
    """Plain text: sizes, thresholds, inputs, outputs, then ``from to weight delay`` rows."""
    lines = path.read_text().splitlines()
    synapses = int(lines[0].split()[1])
    rows = [[int(x) for x in line.split()] for line in lines[1 : 4 + synapses]]
    return Network.create(
        threshold=rows[0], inputs=rows[1], outputs=rows[2], synapses=[tuple(r) for r in rows[3:]]
    )


def stimulus(network: Network, rate: float, lanes: int) -> PreparedStimulus:
    shape = (TIMESTEPS, network.inputs.size, lanes)
    spikes = np.random.default_rng(1).random(shape, np.float32) < rate
    return PreparedStimulus(Stimulus(np.where(spikes, float(CHIP.spike_value), 0.0)))


def activity(network: Network, rate: float) -> float:
    """Spikes a neuron a timestep."""
    response = simulate([network], stimulus(network, rate, 512), CHIP)
    return float(response.spikes[0]) / network.n_neurons / TIMESTEPS


def at_activity(name: str, target: float, folder: Path | None) -> tuple[Network, float]:
    """The network and input rate whose activity is nearest to the target."""
    rate = min(2.5 * target, 1.0)

    def made(knob: float) -> tuple[Network, float]:
        if folder:
            return read_network(folder / f"{name}.txt"), knob
        return random_network(name, knob), rate

    low, high = 0.0, 1.0
    for _ in range(9):
        middle = (low + high) / 2
        low, high = (middle, high) if activity(*made(middle)) < target else (low, middle)
    return made((low + high) / 2)


# Our engine


def fastest(run, seconds: float, repeats: int, clock=time.process_time) -> float:
    """Least seconds of a call, over at least ``repeats`` calls and ``seconds`` in all."""
    run()
    best, spent, done = np.inf, 0.0, 0
    while done < repeats or spent < seconds:
        start = clock()
        run()
        took = clock() - start
        best, spent, done = min(best, took), spent + took, done + 1
        if spent > 4 * seconds and done >= 2:
            break
    return best


def measure(
    name: str,
    network: Network,
    rate: float,
    target: float,
    lanes: int,
    threads: int,
    seconds: float,
) -> Row:
    prepared = stimulus(network, rate, lanes)
    work = network.n_synapses * TIMESTEPS * lanes / 5e10
    copies = 2 * threads * max(1, int(0.02 / work / 2))
    networks = [network] * min(copies, 256)
    response = simulate(networks[:1], prepared, CHIP)
    clock = time.process_time if threads == 1 else time.perf_counter
    took = fastest(lambda: simulate(networks, prepared, CHIP, threads=threads), seconds, 3, clock)
    runs = len(networks) * lanes / took
    measured = float(response.spikes[0]) / network.n_neurons / TIMESTEPS
    return Row(name, target, measured, lanes, threads, runs, runs * float(response.deliveries[0]))


def both_paths(
    name: str, network: Network, rate: float, target: float, lanes: int, seconds: float
) -> Sparse:
    """Runs a second on one core: without events, with nothing else, and as chosen."""
    prepared = stimulus(network, rate, lanes)
    networks = [network] * max(1, int(1e8 / (network.n_synapses * TIMESTEPS * lanes)))
    usual, found = sparse_path._ROW, {}

    def run(cost: float) -> None:
        sparse_path._ROW = cost  # of a delivery, as the rule believes
        found[cost] = simulate(networks, prepared, CHIP, threads=1)

    took = in_turns({cost: partial(run, cost) for cost in (np.inf, 1e-12, usual)}, seconds)
    sparse_path._ROW = usual
    rates = [len(networks) * lanes / best for best in took.values()]
    found = list(found.values())
    assert all((one.counts == found[0].counts).all() for one in found), "the two paths disagree"
    measured = float(found[0].spikes[0]) / network.n_neurons / TIMESTEPS
    return Sparse(name, target, measured, lanes, *rates)


def crossovers(names: str, folder: Path | None, seconds: float) -> list[Sparse]:
    """Both paths at ever less activity; prints from where on events are faster."""
    rows = []
    for name in names:
        targets = {t: at_activity(name, t, folder) for t in (0.1, 0.03, 0.01, 0.003, 0.001, 0.0003)}
        for lanes in (1, 8, 64, 256, 512, 4096):
            some = [both_paths(name, *n, t, lanes, seconds) for t, n in targets.items()]
            rows += some
            faster = [row for row in some if row.event_runs_per_s > row.vector_runs_per_s]
            verdict = "never down to 0.03 %"
            if faster:
                best = max(row.event_runs_per_s / row.vector_runs_per_s for row in faster)
                verdict = f"at {max(r.activity for r in faster):.2%} and below, up to {best:.1f} x"
            worst = min(
                row.chosen_runs_per_s / max(row.event_runs_per_s, row.vector_runs_per_s)
                for row in some
            )
            print(
                f"{name} {lanes:5d} lanes: events are faster {verdict}; at 1 % "
                f"{some[2].chosen_runs_per_s / some[0].chosen_runs_per_s:.1f} x the runs of 10 %; "
                f"as chosen at least {worst:.2f} of the faster",
                flush=True,
            )
    return rows


# What features cost


def in_turns(runs: dict, seconds: float) -> dict:
    """Least processor seconds of each of several calls, which take turns."""
    best = dict.fromkeys(runs, np.inf)
    for run in runs.values():
        run()
    until, rounds = time.process_time() + seconds * len(runs), 0
    while rounds < 3 or time.process_time() < until:
        for name, run in runs.items():
            start = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - start)
        rounds += 1
    return best


def varied(network: Network, chip: Chip, sigma: float) -> Instances:
    """The network on 16 chips whose weights differ, or do not if sigma is 0."""
    if sigma == 0:
        return nominal_instances([network], 16)
    variation = [WeightVariation(sigma=sigma)]
    return draw_instances([network], chip, variation, 16, np.random.SeedSequence(1))


def scaled(network: Network, by: float) -> Network:
    return replace(network, weight=network.weight * by, threshold=network.threshold * by)


def features(folder: Path | None, seconds: float) -> list[Feature]:
    """What each feature costs on network b at 10 % activity and 512 lanes."""
    network, rate = at_activity("b", 0.1, folder)
    lanes, chips = 512, 16
    whole, part = stimulus(network, rate, lanes), stimulus(network, rate, lanes // chips)
    heavy = PreparedStimulus(Stimulus(part.charge * 1000))
    floating = CHIP.model_copy(update={"arithmetic": "float"})
    floorless, low_floor = (
        CHIP.model_copy(update={"neuron": CHIP.neuron.model_copy(update={"min_potential": v})})
        for v in (None, -20.0)
    )
    leaky = replace(network, leak=np.full(network.n_neurons, 0.5))
    forgetful = replace(network, leak=np.ones(network.n_neurons))
    zero = replace(network, threshold=np.append(0.0, network.threshold[1:]))
    big = scaled(network, 1000.0)
    cases = {
        "as drawn": (network, whole, CHIP, None, {}),
        "leak of all": (forgetful, whole, CHIP, None, {}),
        "leak of a half": (leaky, whole, CHIP, None, {}),
        "floor of -20": (network, whole, low_floor, None, {}),
        "no floor": (network, whole, floorless, None, {}),
        "a threshold of 0": (zero, whole, CHIP, None, {}),
        "16 chips, whole weights": (network, part, CHIP, varied(network, CHIP, 0), {}),
        "16 chips, perturbed weights": (network, part, CHIP, varied(network, CHIP, 0.1), {}),
        "the same, numbers a thousandfold": (big, heavy, CHIP, varied(big, CHIP, 0.1), {}),
        "the same on a chip of floats": (network, part, floating, varied(network, CHIP, 0.1), {}),
        "all spikes and potentials recorded": (network, whole, CHIP, None, {"record": [0]}),
        "noise on every delivery": (network, whole, CHIP, None, {"noise": 0.5}),
    }  # fmt: skip
    runs = {
        name: partial(simulate, [net], shown, chip, chips, threads=1, **options)
        for name, (net, shown, chip, chips, options) in cases.items()
    }
    took = in_turns(runs, seconds)
    rows = []
    for name, (net, _, chip, instances, options) in cases.items():
        number = "float64"
        if "noise" not in options:
            session = Session(net, chip, 1, instances, horizon=TIMESTEPS)
            number = str(session._parts[0].potential.dtype)
        rows.append(Feature(name, number, lanes, lanes / took[name], took[name] / took["as drawn"]))
        print(f"b {name:36s} {number:8s} {rows[-1].cost:7.1f} x the time as drawn", flush=True)
    return rows


def sessions(names: str, folder: Path | None, seconds: float) -> list[SessionRow]:
    """Windows that go on from each other, beside one window of all timesteps."""
    rows, steps = [], 400
    for name in names:
        network, rate = at_activity(name, 0.1, folder)
        for lanes in (64, 512) if name == "c" else (64, 512, 4096):
            shape = (steps, network.inputs.size, 1, lanes)
            spikes = np.random.default_rng(1).random(shape, np.float32) < rate
            charge = np.where(spikes, float(CHIP.spike_value), 0.0)

            def run(session: Session, window: int, charge=charge) -> None:
                for at in range(0, steps, window):
                    session.run(charge[at : at + window])

            took = in_turns(
                {w: partial(run, Session(network, CHIP, lanes), w) for w in (steps, 20, 100)},
                seconds,
            )
            for window, best in took.items():
                share = took[steps] / best
                rows.append(SessionRow(name, lanes, window, steps * lanes / best, share))
                if window != steps:
                    print(
                        f"{name} {lanes:5d} lanes, windows of {window:3d}: {share:.2f} of the "
                        "speed of one long window",
                        flush=True,
                    )
    return rows


def beginnings(names: str, seconds: float) -> list[Beginning]:
    """Time from ``Network`` to running, with next to nothing to run, and what synapses add."""
    runs = {}
    for name in names:
        networks = [scaled(random_network(name, 0.5), 1.0 + k) for k in range(100)]
        shown = PreparedStimulus(Stimulus(np.zeros((1, networks[0].inputs.size, 1))))
        for kind, some in (("", networks), (" bare", [without_synapses(n) for n in networks])):
            runs[name + kind] = partial(simulate, some, shown, CHIP, threads=1)
    took = {name: 1e4 * best for name, best in in_turns(runs, seconds).items()}
    rows = []
    for name in names:
        whole, bare = took[name], took[f"{name} bare"]
        rows.append(Beginning(name, whole, bare, 1e3 * (whole - bare) / SIZES[name][1]))
        print(
            f"{name} {whole:.1f} microseconds a network before it runs: {bare:.1f} without "
            f"synapses, {rows[-1].ns_a_synapse:.1f} ns a synapse",
            flush=True,
        )
    return rows


def without_synapses(network: Network) -> Network:
    none = {name: getattr(network, name)[:0] for name in ("pre", "post", "weight", "delay")}
    return replace(network, **none)


# Peers


@njit(nogil=True)
def run_event_driven(threshold, start, post, weight, delay, inputs, spikes, amount, floor, slots):
    """A plain event-driven simulator, one run after another; returns all spikes."""
    n = threshold.size
    total = 0
    for lane in range(spikes.shape[2]):
        potential = np.zeros(n, np.int32)
        pending = np.zeros((slots, n), np.int32)
        touched = np.zeros((slots, n), np.bool_)
        queue = np.empty((slots, n), np.int32)
        queued = np.zeros(slots, np.int64)
        for t in range(spikes.shape[0]):
            now = t % slots
            for k in range(inputs.size):
                if spikes[t, k, lane]:
                    i = inputs[k]
                    pending[now, i] += amount
                    if not touched[now, i]:
                        touched[now, i] = True
                        queue[now, queued[now]] = i
                        queued[now] += 1
            for q in range(queued[now]):
                i = queue[now, q]
                charge = potential[i] + pending[now, i]
                pending[now, i] = 0
                touched[now, i] = False
                if charge >= threshold[i]:
                    charge = 0
                    total += 1
                    for s in range(start[i], start[i + 1]):
                        then = (now + delay[s]) % slots
                        pending[then, post[s]] += weight[s]
                        if not touched[then, post[s]]:
                            touched[then, post[s]] = True
                            queue[then, queued[then]] = post[s]
                            queued[then] += 1
                potential[i] = max(charge, floor)
            queued[now] = 0
    return total


def event_driven(network: Network, rate: float, seconds: float) -> tuple[float, int]:
    """Runs a second, one core, and the spikes of 64 runs."""
    spikes = stimulus(network, rate, 64).charge != 0
    start = np.searchsorted(network.pre, np.arange(network.n_neurons + 1))
    order = np.argsort(network.pre, kind="stable")
    arguments = (
        network.threshold.astype(np.int32), start, network.post[order],
        network.weight[order].astype(np.int32), network.delay[order], network.inputs, spikes,
        int(CHIP.spike_value), int(CHIP.neuron.min_potential or 0), 16,
    )  # fmt: skip
    took = fastest(lambda: run_event_driven(*arguments), seconds, repeats=3)
    return 64 / took, run_event_driven(*arguments)


def superneuromat(network: Network, rate: float, seconds: float, pipe) -> None:
    """Runs a second of SuperNeuroMAT (no floor, so less activity), one process."""
    import superneuromat

    snn = superneuromat.SNN()
    snn.disable_performance_warnings = True
    for threshold in network.threshold.tolist():
        snn.create_neuron(threshold=threshold - 1, leak=0)
    rows = (network.pre.tolist(), network.post.tolist(), network.weight.tolist())
    for pre, post, weight, delay in zip(*rows, network.delay.tolist(), strict=True):
        snn.create_synapse(pre, post, weight=weight, delay=delay)
    charge = stimulus(network, rate, 1).charge[:, :, 0]

    def run() -> float:
        snn.reset()
        for t, i in zip(*np.nonzero(charge), strict=True):
            snn.add_spike(int(t), int(network.inputs[i]), float(charge[t, i]))
        start = time.perf_counter()
        snn.simulate(TIMESTEPS)
        return time.perf_counter() - start

    run()
    best, until = np.inf, time.perf_counter() + seconds
    while time.perf_counter() < until or best == np.inf:
        best = min(best, run())
    pipe.send(1 / best)


def superneuromat_rate(network: Network, rate: float, limit: float) -> tuple[float | None, str]:
    """The same in a process of its own that is stopped after ``limit`` seconds."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=superneuromat, args=(network, rate, 2.0, there))
    process.start()
    there.close()
    try:
        if here.poll(limit):
            return here.recv(), ""
        note = f"no run within {limit:.0f} s"
    except EOFError:
        note = "SuperNeuroMAT is not installed or failed"
    finally:
        process.terminate()
        process.join()
    return None, note


# The processor's limit


@intrinsic
def masked_adds(typing_context, masks, out, rounds):
    """Eight sums of 32 lanes, each gaining the next under its own mask, ``rounds`` times."""

    def generate(context, builder, signature, args):
        lanes = ir.VectorType(ir.IntType(16), 32)
        bits = ir.VectorType(ir.IntType(1), 32)
        place = context.make_array(signature.args[0])(context, builder, args[0]).data
        target = context.make_array(signature.args[1])(context, builder, args[1]).data
        seed = builder.load(builder.bitcast(target, lanes.as_pointer()), align=2)
        sums = [cgutils.alloca_once_value(builder, seed) for _ in range(8)]
        words = [
            builder.load(builder.gep(place, [ir.Constant(ir.IntType(64), k % 4)])) for k in range(8)
        ]
        with cgutils.for_range(builder, args[2]):
            for k, word in enumerate(words):
                before = builder.load(sums[k])
                after = builder.add(before, builder.load(sums[(k + 1) % 8]))
                builder.store(builder.select(builder.bitcast(word, bits), after, before), sums[k])
        total = seed
        for part in sums:
            total = builder.add(total, builder.load(part))
        builder.store(total, builder.bitcast(target, lanes.as_pointer()), align=2)
        return context.get_dummy_value()

    return types.void(masks, out, rounds), generate


@njit
def run_masked_adds(masks, out, rounds):
    masked_adds(masks, out, rounds)


def masked_add_limit(seconds: float) -> float:
    """Masked int16 adds a second on one core, lane by lane."""
    masks = np.random.default_rng(0).integers(0, 2**32, 8, dtype=np.uint32)
    out, rounds = np.arange(32, dtype=np.int16), 1_000_000
    took = fastest(lambda: run_masked_adds(masks, out, rounds), seconds, repeats=5)
    return rounds * 8 * 32 / took


# The command


def benchmark(arguments: argparse.Namespace) -> dict:
    names = "ab" if arguments.quick else "abc"
    seconds = 0.1 if arguments.quick else 1.0
    rows, peers = [], []
    limit = masked_add_limit(seconds)
    print(f"limit: {limit / 1e9:.1f} billion masked int16 adds a second on one core")
    share = 0.0
    for name in names:
        for target in (0.01, 0.1, 0.5):
            network, rate = at_activity(name, target, arguments.networks)
            for lanes in (64, 512, 4096):
                for threads in (1, 2):
                    row = measure(name, network, rate, target, lanes, threads, seconds)
                    rows.append(row)
                    print(
                        f"{name} {target:5.0%} {lanes:5d} lanes {threads} threads "
                        f"{row.runs_per_s:12,.0f} runs/s {row.deliveries_per_s:.2e} deliveries/s",
                        flush=True,
                    )
            one = rows[-2]
            if (name, target) == ("b", 0.1):
                share = one.runs_per_s * network.n_synapses * TIMESTEPS / limit
            rate_events, spikes = event_driven(network, rate, seconds)
            expected = simulate([network], stimulus(network, rate, 64), CHIP).spikes[0] * 64
            assert spikes == round(expected), "the event-driven simulator disagrees"
            peers.append(
                Peer("event-driven", name, target, rate_events, one.runs_per_s / rate_events)
            )
            print(f"{name} {target:5.0%} event-driven {rate_events:12,.0f} runs/s", flush=True)
            if target == 0.1 and not arguments.quick:
                found, note = superneuromat_rate(network, rate, arguments.peer_seconds)
                ratio = one.runs_per_s / found if found else None
                peers.append(Peer("SuperNeuroMAT", name, target, found, ratio, note))
                print(f"{name} {target:5.0%} SuperNeuroMAT {found or note} runs/s", flush=True)
    sparse = crossovers(names, arguments.networks, seconds / 4)
    return {
        "features": [asdict(row) for row in features(arguments.networks, seconds / 2)],
        "sessions": [asdict(row) for row in sessions(names, arguments.networks, seconds / 2)],
        "beginnings": [asdict(row) for row in beginnings(names, seconds / 2)],
        "rows": [asdict(row) for row in rows],
        "sparse": [asdict(row) for row in sparse],
        "peers": [asdict(peer) for peer in peers],
        "limit_adds_per_s": limit,
        "limit_share": share,
        "thread_scaling": {
            f"{row.network} {row.activity} {row.lanes}": two.runs_per_s / row.runs_per_s
            for row, two in zip(rows[::2], rows[1::2], strict=True)
        },
        "load": os.getloadavg()[0],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--networks", type=Path, help="folder with a.txt, b.txt, c.txt")
    parser.add_argument("--quick", action="store_true", help="networks a and b, short runs")
    parser.add_argument(
        "--peer-seconds", type=float, default=90.0, help="longest wait for a peer on one network"
    )
    arguments = parser.parse_args()
    result = benchmark(arguments)
    print(f"share of the masked-add limit (b, 10 %, 4096 lanes): {result['limit_share']:.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
