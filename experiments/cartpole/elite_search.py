"""The search behind experiments/cartpole/study.py: elites of every size, raced on starts and chips.

Of each number of synapses the archive keeps the few networks that score best. Children of any
of them, made by the mutations of :mod:`evosnn.evolution`, are tried from few starts, then from
more, and given up as soon as they fall behind the elites of their own size. In every epoch
starts and chips are drawn afresh and the archive is measured again, so that luck drops out.
Once a network holds, larger ones are given up.

First it explores, from random networks. Then it polishes: half of an epoch's starts are those
of many from which the best elites fare worst, and of networks that do the same from every start
one is kept, the smallest. At last it holds out: a network that seldom falls falls late and from
any start, so what counts as much as 1,500 steps are 15,000 on the chip as drawn. Against dead
synapses it starts from what that found, as it is and doubled, and then looks for fewer.

An epoch is drawn from its own seed and saved whole, so that a search that was stopped goes on
as if it had not been.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.random import Generator, SeedSequence
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.evolution import (
    Breeder,
    SearchSpace,
    Variation,
    put_together,
    search_space,
    take_apart,
    trim,
)
from evosnn.evolution.objectives.dead_synapses import without_each_synapse
from evosnn.evolution.operators.redundancy import double
from evosnn.files import write_text
from evosnn.hardware import (
    Instances,
    WeightVariation,
    draw_instances,
    join_instances,
    nominal_instances,
)
from evosnn.network import Network
from evosnn.tasks.control import ControlTask, Episodes, run_episodes

STEPS, LONG, ENOUGH, MARGIN = 1500, 15_000, 1400, 20
CELL = 4  # elites of a size
MANY = 2048  # selection starts from which a network to report must last
RATES = {
    "add-neuron": 0.4, "remove-neuron": 0.4, "split-synapse": 0.2, "add-synapse": 1.0,
    "remove-synapse": 0.8, "change-weight": 2.0, "change-delay": 1.5,
    "change-threshold": 1.5, "change-leak": 0.0, "double-synapse": 0.3, "copy-neuron": 0.2,
}  # fmt: skip
FEWER = {"join-neurons": 1.5, "remove-synapse": 2.0, "remove-neuron": 1.0, "add-synapse": 0.5}


@dataclass(frozen=True)
class Manner:
    """How to search.

    Attributes:
        rungs: Starts after which a child is given up, or kept.
        children: Children of an epoch.
        strangers: Random networks to begin with.
        corners: Whether every second start is a corner of their range.
        pool: Starts of which an epoch takes the worst; 0 if it takes them as they come.
        distinct: Whether elites must differ in what they do.
        long: Whether long runs count.
        rates: Relative rates of the mutations.
        gate: Share of the goal in an epoch with which a network may try to hold.
    """

    rungs: tuple[int, int]
    children: int
    strangers: int
    corners: bool
    pool: int
    distinct: bool
    long: bool = False
    rates: Mapping[str, float] = field(default_factory=lambda: RATES)
    gate: float = 1.0


EXPLORE = Manner((4, 16), 1500, 400, True, 0, False)
POLISH = Manner((6, 24), 800, 0, True, 64, True)
HOLD = Manner((6, 24), 500, 0, False, 0, True, long=True, gate=0.97)
DOUBLE = Manner((6, 24), 500, 0, False, 0, True, gate=0.97)
SHRINK = Manner((6, 24), 500, 0, False, 0, True, rates={**RATES, **FEWER}, gate=0.97)


@dataclass(frozen=True)
class Goal:
    """What a search is for.

    Attributes:
        task: The setting.
        chip: The chip.
        faults: ``"variation"``: chips of 10 % weight variation; ``"dead"``: each synapse dead.
        most: Most synapses to look at.
    """

    task: ControlTask
    chip: Chip
    faults: str
    most: int

    @property
    def space(self) -> SearchSpace:
        """What may be built; a delay may be longer than the window, since networks remember."""
        longest = int(self.chip.synapse.delay.max)
        return search_space(
            self.chip, self.task.timesteps, max_delay=longest, max_synapses=self.most
        )

    def chips(self, network: Network, n: int, seed: SeedSequence) -> Instances:
        """The chip as drawn, then ``n`` varied ones or one for each synapse."""
        if self.faults == "dead":
            each = [nominal_instances([network], 1), without_each_synapse(network)]
            return join_instances([network], each)
        varied = draw_instances(
            [network], self.chip, [WeightVariation(sigma=0.1)], n, seed, nominal=False
        )
        return join_instances([network], [nominal_instances([network], 1), varied])

    def run(
        self, network: Network, starts: NDArray[np.float64], n: int, seed: SeedSequence
    ) -> NDArray[np.float64]:
        """Steps survived, ``(chips, starts)``."""
        chips = self.chips(network, n, seed)
        episodes = Episodes(starts, STEPS)
        ran = run_episodes(self.task, [network], episodes, self.chip, chips, threads=1)
        steps: NDArray[np.float64] = ran.returns[0]
        return steps

    def alone(
        self, network: Network, starts: NDArray[np.float64], steps: int = STEPS
    ) -> NDArray[np.float64]:
        """Steps survived on the chip as drawn, ``(starts,)``."""
        episodes = Episodes(starts, steps)
        ran = run_episodes(self.task, [network], episodes, self.chip, threads=1)
        alone: NDArray[np.float64] = ran.returns[0, 0]
        return alone

    def long(self, network: Network, starts: NDArray[np.float64]) -> float:
        """Share of 15,000 steps survived on the chip as drawn."""
        return float(self.alone(network, starts, LONG).mean()) / LONG

    def value(self, steps: NDArray[np.float64]) -> float:
        """How near to the goal these steps are, 0 to 1."""
        each = steps.mean(axis=1) / STEPS
        if self.faults == "dead":
            return float(0.2 * each[0] + 0.5 * each[1:].min() + 0.3 * each[1:].mean())
        return float(0.5 * each[0] + 0.5 * each[1:].mean())

    def reached(self, steps: NDArray[np.float64], share: float = 1.0) -> bool:
        """Whether a network holds on the chip as drawn, and on faulty ones long enough."""
        each = steps.mean(axis=1) / share
        if self.faults == "dead":
            return bool(each.min() >= ENOUGH)
        return bool(each[0] >= STEPS and each[1:].mean() >= ENOUGH)


@dataclass(eq=False)
class Elite:
    """A network of the archive, and the steps it survived in this epoch."""

    network: Network
    steps: NDArray[np.float64]
    value: float

    def like(self, other: Elite) -> bool:
        """Whether both fared the same on every chip from every start."""
        return np.array_equal(self.steps, other.steps)


class Ranked(Protocol):
    """What has a value, and can tell what does just the same."""

    @property
    def value(self) -> float: ...

    def like(self, other: Any) -> bool: ...


R = TypeVar("R", bound=Ranked)


@dataclass
class Archive:
    """Elites by number of synapses, and the networks that held, smallest last.

    Attributes:
        cells: The elites of the present epoch, by number of synapses.
        elites: The networks that the last finished epoch left.
        held: Networks that reached the goal from selection starts too.
        limit: Most synapses worth looking at.
        tried: Networks tried in all epochs.
    """

    cells: dict[int, list[Elite]] = field(default_factory=dict)
    elites: list[Network] = field(default_factory=list)
    held: list[Network] = field(default_factory=list)
    limit: int = 10_000
    tried: int = 0

    def bar(self, size: int) -> Elite | None:
        """The elite that a network of this size must beat; none if there is room."""
        cell = self.cells.get(size, [])
        return min(cell, key=lambda e: e.value) if len(cell) >= CELL else None

    def add(self, elite: Elite, distinct: bool) -> None:
        """Put an elite into its cell, in the place of its like, or of the worst if it is full."""
        size = elite.network.n_synapses
        smaller = [e for n, cell in self.cells.items() if n < size for e in cell]
        if distinct and any(e.like(elite) for e in smaller):
            return
        cell = self.cells.setdefault(size, [])
        out = self.bar(size)
        if distinct:
            out = next((e for e in cell if e.like(elite)), out)
        if out is not None:
            cell.remove(out)
        cell.append(elite)

    def wants(self, network: Network) -> bool:
        """Whether a network that holds would be news: smaller, or one of few of its size."""
        peers = [n for n in self.held if n.n_synapses <= network.n_synapses]
        return len(peers) < CELL and network not in peers

    def parent(self, rng: Generator) -> Network:
        """A random elite of a random size; half of the time of a size worth its synapses."""
        sizes = sorted(self.cells)
        if rng.random() < 0.6:
            best, front = -1.0, []
            for size in sizes:
                value = max(e.value for e in self.cells[size])
                if value > best:
                    best = value
                    front.append(size)
            # The better half of the front: its small end is networks that do nothing.
            sizes = front[len(front) // 3 :]
        cell = self.cells[sizes[int(rng.integers(len(sizes)))]]
        return cell[int(rng.integers(len(cell)))].network


def search(
    goal: Goal, manner: Manner, seed: int, epochs: int, starts: Iterable[Network], folder: Path
) -> Archive:
    """Search, or go on with a search, and return its archive after so many epochs.

    Args:
        goal: What for.
        manner: How.
        seed: Seed of all that is drawn.
        epochs: How often starts and chips are drawn afresh.
        starts: Networks to start from, beside random ones.
        folder: Where each epoch is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    variation = Variation(crossover=0.15, extra_mutation=0.35, rates=manner.rates)
    breeder = Breeder(goal.space, goal.task.n_inputs, goal.task.n_outputs, variation)
    archive = Archive(limit=goal.most)
    for epoch in range(epochs):
        path = folder / f"epoch-{epoch:03d}.json"
        if path.exists():
            load(path, archive)
            continue
        rng = np.random.default_rng(SeedSequence(seed, spawn_key=(epoch, 0)))
        if not epoch:
            archive.elites = [*starts, *(c.network for c in breeder.first(manner.strangers, rng))]
        chips = SeedSequence(seed, spawn_key=(epoch, 1))
        run_epoch(goal, manner, archive, breeder, rng, chips)
        save(path, archive)
        best = max((e for c in archive.cells.values() for e in c), key=lambda e: e.value)
        clean, faulty = best.steps.mean(axis=1)[0], best.steps.mean(axis=1)[1:]
        print(
            f"  epoch {epoch}: {archive.tried} tried, best {best.value:.3f} "
            f"({best.network.n_synapses} synapses, {clean:.0f}, {faulty.mean():.0f}, "
            f"{faulty.min():.0f}), held {[n.n_synapses for n in archive.held]}",
            flush=True,
        )
    return archive


def run_epoch(
    goal: Goal, manner: Manner, archive: Archive, breeder: Breeder, rng: Generator,
    seed: SeedSequence,
) -> None:  # fmt: skip
    """Measure the elites on fresh starts and chips, then try children of theirs."""
    if manner.pool:
        starts = hard_starts(goal, manner, archive.elites, rng, seed)
    else:
        starts = draw_starts(goal, manner.rungs[-1], rng, corners=manner.corners)
    archive.cells = {}
    seen: set[str] = set()
    for network in archive.elites:
        offer(goal, manner, archive, network, starts, seed, seen)
    for _ in range(manner.children):
        first, second = archive.parent(rng), archive.parent(rng)
        child = breeder.child(first, second, seen, rng).network
        if child.n_synapses <= archive.limit:
            offer(goal, manner, archive, child, starts, seed, seen)
    archive.elites = [e.network for n in sorted(archive.cells) for e in archive.cells[n]]


def offer(
    goal: Goal, manner: Manner, archive: Archive, network: Network,
    starts: NDArray[np.float64], seed: SeedSequence, seen: set[str],
) -> None:  # fmt: skip
    """Race a network against the elites of its size; keep it if it is no worse."""
    if network.key in seen or network.n_synapses > archive.limit:
        return
    seen.add(network.key)
    archive.tried += 1
    bar = archive.bar(network.n_synapses)
    if bar is not None and (
        goal.alone(network, starts[:8]).mean() < bar.steps[0, :8].mean() - 0.06 * STEPS
    ):
        return
    for n in manner.rungs:
        steps = goal.run(network, starts[:n], 7, seed)
        value = goal.value(steps)
        last = n == manner.rungs[-1] and not manner.long
        slack = 0.0 if last else 0.03
        if bar is not None and value < goal.value(bar.steps[:, :n]) - slack:
            return
    if manner.long:
        value = (value + goal.long(network, starts)) / 2
        if bar is not None and value < bar.value:
            return
    archive.add(Elite(network, steps, value), manner.distinct)
    if goal.reached(steps, manner.gate) and archive.wants(network) and holds(goal, network):
        archive.held.append(network)
        archive.limit = network.n_synapses
        archive.cells = {s: c for s, c in archive.cells.items() if s <= archive.limit}


def holds(goal: Goal, network: Network) -> bool:
    """Whether a network holds from selection starts, on chips that no epoch has."""
    if not goal.reached(goal.run(network, selection(goal), 32, SeedSequence(77))):
        return False
    if goal.faults == "dead":
        return True
    return bool((goal.alone(network, selection(goal, 400)) == STEPS).all())


def firm(goal: Goal, network: Network) -> bool:
    """Whether a network that held still does, with a margin, from many more starts.

    On the chip as drawn none of ``MANY`` runs may end early if the goal is to hold under
    variation.
    """
    if goal.faults == "variation" and ((goal.alone(network, selection(goal, MANY)) < STEPS).any()):
        return False
    steps = goal.run(network, selection(goal, 256), 16, SeedSequence(78)).mean(axis=1)
    faulty = steps[1:].min() if goal.faults == "dead" else steps[1:].mean()
    return bool(faulty >= ENOUGH + MARGIN)


def seldom(goal: Goal, network: Network) -> tuple[bool, int, tuple[float, float]]:
    """What decides where none holds: falls from many starts, of those that last on varied chips."""
    falls = int((goal.alone(network, selection(goal, 4 * MANY)) < STEPS).sum())
    varied = goal.run(network, selection(goal, 256), 16, SeedSequence(78)).mean(axis=1)[1:].mean()
    return bool(varied >= ENOUGH + MARGIN), -falls, merit(goal, network)


def merit(goal: Goal, network: Network) -> tuple[float, float]:
    """What decides between networks of a size: steps from selection starts, then long runs."""
    faulty = goal.value(goal.run(network, selection(goal), 16, SeedSequence(77)))
    clean = goal.alone(network, selection(goal, 400)).mean() / STEPS
    return round(faulty + float(clean), 3), goal.long(network, selection(goal))


def selection(goal: Goal, n: int = 64) -> NDArray[np.float64]:
    """Starts that decide whether a network holds."""
    rng = np.random.default_rng(SeedSequence(12345, spawn_key=(1,)))
    return goal.task.setting.environment.draw_starts(n, rng)


def draw_starts(goal: Goal, n: int, rng: Generator, *, corners: bool) -> NDArray[np.float64]:
    """Starts; if asked for, every second one in a corner, where the pole is hardest to catch."""
    environment = goal.task.setting.environment
    starts = environment.draw_starts(n, rng)
    if corners:
        low, high = np.array(environment.start).T
        starts[::2] = np.where(rng.random(starts.shape) < 0.5, low, high)[::2]
    return starts


def hard_starts(
    goal: Goal, manner: Manner, elites: list[Network], rng: Generator, seed: SeedSequence
) -> NDArray[np.float64]:
    """Starts, every second one such as the three best elites fare worst from, of many."""
    n = manner.rungs[-1]
    pool = draw_starts(goal, manner.pool, rng, corners=manner.corners)
    alone = run_episodes(goal.task, elites, Episodes(pool, STEPS), goal.chip, threads=1).returns
    best = np.argsort(-alone.mean(axis=(1, 2)), kind="stable")[:3]
    steps = sum(goal.run(elites[k], pool, 7, seed).mean(axis=0) for k in best.tolist())
    order = np.argsort(steps, kind="stable")
    starts = np.empty((n, pool.shape[1]))
    starts[::2], starts[1::2] = pool[order[: n // 2]], pool[np.sort(order[n // 2 : n])]
    return starts


def keep_best(best: list[R], found: R, most: int) -> None:
    """Put what was found among the ``most`` best, best first, in the place of its like."""
    if len(best) >= most and found.value <= best[-1].value:
        return
    twin = next((each for each in best if each.like(found)), None)
    if twin is not None:
        if twin.value >= found.value:
            return
        best.remove(twin)
    best.append(found)
    best.sort(key=lambda each: -each.value)
    del best[most:]


def doubled(network: Network, space: SearchSpace) -> Network:
    """Return a network with a second way beside every synapse that takes one."""
    draft = take_apart(network)
    for end in list(draft.synapses):
        double(draft, space, end)
    trim(draft)
    return put_together(draft)


def saved(folder: Path) -> Archive:
    """Return what a search has kept so far; nothing if there was none."""
    archive = Archive()
    for path in sorted(folder.glob("epoch-*.json"))[-1:]:
        load(path, archive)
    return archive


def save(path: Path, archive: Archive) -> None:
    data = {
        "tried": archive.tried,
        "limit": archive.limit,
        "held": [n.to_bytes().hex() for n in archive.held],
        "elites": [n.to_bytes().hex() for n in archive.elites],
    }
    write_text(path, json.dumps(data))


def load(path: Path, archive: Archive) -> None:
    """Read what an epoch kept into ``archive``."""
    data = json.loads(path.read_text())
    archive.tried, archive.limit = data["tried"], data["limit"]
    archive.held, archive.elites = (
        [Network.from_bytes(bytes.fromhex(text)) for text in data[key]]
        for key in ("held", "elites")
    )
