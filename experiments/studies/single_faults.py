"""Seconds for all single faults of a network, beside a plain loop over the same faults.

    python experiments/studies/single_faults.py > results/studies/single_faults.txt

Random networks of 100 synapses on an 8-bit chip (risp-127), on all training samples of breast
cancer: one of 20 neurons, on the data's ten mean features (thirty inputs would not fit), and
one on all thirty features.

Nothing of a fault can show before its part is first used, so faults could begin there, and
samples in which the part is never used could be left out. The next lines say for what share of
the timesteps that holds, and the processor time of the second, a call for each neuron that the
faulty synapses leave, over that of all at once: all at once is what ``try_faults`` does.

Then: how many faults differ in effect at all (a weight that stays what it was, two faults that
leave one chip, a part that is silent on all samples or leads to no output), and the processor
time of trying only these. The last line says in what share of the runs no neuron's spikes change,
which is the most that stopping early could save.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from evosnn.assessment import fault_instances, list_faults, try_faults
from evosnn.chips import load_chip
from evosnn.evaluation import Trial
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation import Session, Stimulus, simulate
from evosnn.tasks import DirectEncoder, MostSpikesDecoder, build_task, load_dataset

CHIP = load_chip("risp-127")
SYNAPSES = 100


def bench_of(n_features: int) -> Trial:
    data = load_dataset("breast-cancer")
    data = replace(data, x=data.x[:, :n_features], feature_names=data.feature_names[:n_features])
    task = build_task(
        data,
        encoder=DirectEncoder(),
        decoder=MostSpikesDecoder(),
        timesteps=32,
        chip=CHIP,
        seed=1,
    )
    return Trial(task, CHIP, "train")


def random_network(trial: Trial, neurons: int) -> Network:
    rng = np.random.default_rng(0)
    inputs, outputs = trial.task.n_inputs, trial.task.n_outputs
    pairs = [(a, b) for a in range(neurons) for b in range(inputs, neurons)]
    chosen = rng.choice(len(pairs), SYNAPSES, replace=False)
    return Network.create(
        threshold=rng.integers(1, 128, neurons),
        inputs=range(inputs),
        outputs=range(inputs, inputs + outputs),
        synapses=[
            (*pairs[k], float(rng.integers(-127, 128)), int(rng.integers(1, 5))) for k in chosen
        ],
    )


def plain_loop(network: Network, trial: Trial, all_faults: Instances) -> np.ndarray:
    scores = np.empty(all_faults.n_instances)
    for k in range(all_faults.n_instances):
        one = Instances(
            all_faults.weight[k : k + 1],
            all_faults.threshold[k : k + 1],
            all_faults.firing[k : k + 1],
        )
        response = simulate([network], trial.samples.stimulus, CHIP, one)
        scores[k] = trial.task.correct(response, trial.samples)[0, 0] / trial.samples.n_samples
    return scores


def compare(n_features: int, neurons: int) -> None:
    trial = bench_of(n_features)
    network = random_network(trial, neurons)
    try_faults(network, trial)  # compiles
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        found = try_faults(network, trial)
        seconds.append(time.perf_counter() - start)
    faults = fault_instances(network, CHIP)
    start = time.perf_counter()
    scores = plain_loop(network, trial, faults)
    loop = time.perf_counter() - start
    assert (scores == found.score).all()
    runs = len(found.faults) * trial.samples.n_samples
    print(
        f"{neurons} neurons ({trial.task.n_inputs} inputs), {network.n_synapses} synapses, "
        f"{len(found.faults)} faults x {trial.samples.n_samples} samples = {runs} runs of 32 "
        f"timesteps:\n  all at once {min(seconds):.3f} s (best of 5; median "
        f"{np.median(seconds):.3f}), a simulation per fault {loop:.3f} s, "
        f"{loop / min(seconds):.1f} times as long; scores equal\n"
        f"  timesteps before a synapse is first used: {100 * idle(network, trial):.0f} % of all; "
        f"samples without use left out:\n  {longer(network, trial):.1f} times the processor time "
        "of all at once; scores equal"
    )
    distinct, ratio = only_distinct(network, trial)
    print(
        f"  faults that differ in effect: {distinct}; trying these alone: {ratio:.2f} times the "
        f"processor time of all; scores equal\n  runs in which no spike changes: "
        f"{100 * unchanged(network, trial):.0f} %"
    )


def spikes(network: Network, trial: Trial) -> np.ndarray:
    """``(timesteps, n_neurons, n_samples)`` on the sound chip."""
    stimulus = trial.samples.stimulus
    session = Session(network, CHIP, stimulus.n_samples)
    return session.run(stimulus.charge[:, :, None], record=True).spikes[:, :, 0]


def idle(network: Network, trial: Trial) -> float:
    """Share of the timesteps of all synapse faults before the synapse first carries a spike."""
    fired = spikes(network, trial)
    first = np.where(fired.any(axis=0), fired.argmax(axis=0), len(fired))
    return float(first[network.pre].mean() / len(fired))


def longer(network: Network, trial: Trial) -> float:
    """Processor time of leaving samples out, over that of all at once; both on one core."""
    one = replace(trial, threads=1)
    assert (leave_out(network, one) == try_faults(network, one).score).all()
    return ratio_of(leave_out, network, one)


def ratio_of(way: Callable[[Network, Trial], object], network: Network, trial: Trial) -> float:
    """Processor time of a way over that of ``try_faults``, median of seven."""
    ratios = []
    for _ in range(7):
        times = []
        for one in (way, try_faults):
            start = time.process_time()
            one(network, trial)
            times.append(time.process_time() - start)
        ratios.append(times[0] / times[1])
    return float(np.median(ratios))


def leave_out(network: Network, trial: Trial) -> np.ndarray:
    """Scores of all single faults, a synapse's tried on samples in which it carries a spike."""
    used = spikes(network, trial).any(axis=0)
    chips, samples = fault_instances(network, CHIP), trial.samples
    found = np.tile(trial.right(network)[0], (chips.n_instances, 1))
    sites = [f.site for f in list_faults(network, CHIP) if len(f.site) > 1]
    pre = np.searchsorted(network.ids, [site[0] for site in sites])
    for neuron in np.unique(pre):
        rows, columns = np.flatnonzero(pre == neuron), np.flatnonzero(used[neuron])
        if columns.size:
            some = Instances(chips.weight[rows], chips.threshold[rows], chips.firing[rows])
            shown = Stimulus(np.ascontiguousarray(samples.stimulus.charge[:, :, columns]))
            response = simulate([network], shown, CHIP, some, threads=1)
            answers = trial.task.decoder.decide(response)[0]
            found[np.ix_(rows, columns)] = answers == samples.labels[columns]
    found[pre.size :] = trial.right(network, chips.chips(slice(pre.size, None)))
    return found.mean(axis=1)


def only_distinct(network: Network, trial: Trial) -> tuple[int, float]:
    """How many faults differ in effect, and the time of trying only these; on one core."""
    one = replace(trial, threads=1)
    assert (try_distinct(network, one) == try_faults(network, one).score).all()
    rows = np.unique(effects(network, one, fault_instances(network, CHIP)), axis=0)
    return len(rows), ratio_of(try_distinct, network, one)


def try_distinct(network: Network, trial: Trial) -> np.ndarray:
    """Scores of all single faults, of those that differ in effect each tried once."""
    trial.right(network)
    list_faults(network, CHIP)  # as try_faults does
    chips = fault_instances(network, CHIP)
    place: dict[bytes, int] = {}
    which = [place.setdefault(row.tobytes(), len(place)) for row in effects(network, trial, chips)]
    first = np.unique(which, return_index=True)[1]
    some = Instances(chips.weight[first], chips.threshold[first], chips.firing[first])
    return trial.right(network, some).mean(axis=1)[which]


def effects(network: Network, trial: Trial, chips: Instances) -> np.ndarray:
    """``(n_faults, ...)``, a row for each fault; equal rows have equal effects on the outputs."""
    input_active = np.zeros(network.n_neurons, np.bool_)
    more = network.outputs
    while more.size:
        input_active[more] = True
        more = np.unique(network.pre[input_active[network.post] & ~input_active[network.pre]])
    stimulus = trial.samples.stimulus
    run = Session(network, CHIP, stimulus.n_samples).run(stimulus.charge[:, :, None])
    silent = run.fires == 0
    weight = np.where(input_active[network.post] & ~silent[network.pre], chips.weight, 0.0)
    firing = np.where(~input_active | (silent & (chips.firing < 0)), 0, chips.firing)
    return np.hstack([weight, firing])


def unchanged(network: Network, trial: Trial) -> float:
    """Share of faults and samples in which every neuron spikes as on the sound chip."""
    chips, stimulus = fault_instances(network, CHIP), trial.samples.stimulus
    sound, same = spikes(network, trial), 0
    for at in range(0, chips.n_instances, 32):
        some = chips.chips(slice(at, at + 32))
        session = Session(network, CHIP, stimulus.n_samples, some)
        charge = np.repeat(stimulus.charge[:, :, None], some.n_instances, axis=2)
        found = session.run(charge, record=True).spikes
        same += int((found == sound[:, :, None]).all(axis=(0, 1)).sum())
    return same / (chips.n_instances * stimulus.n_samples)


if __name__ == "__main__":
    print("made by: python experiments/studies/single_faults.py")
    compare(10, 20)
    compare(30, 40)
