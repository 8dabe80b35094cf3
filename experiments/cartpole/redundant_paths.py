"""Cart-pole controllers made of ways from what is seen to what is done, mirrored and doubled.

A way takes the spikes of one neuron to an output: all of them, late, or a share of them, which
a relay counts off. Each spike that arrives makes the output fire, so that a second way beside
the first, of the same delay, changes nothing until the first is dead: a controller of ways
stands any one dead synapse by construction, and to search them it is enough to run the single
network on the chip as drawn. What a way says, its mirror image says of the other side: at first
the search is over half of a controller; at last, to find smaller ones, over all of it.

The search begins with controllers put down by hand: lean against the angle, less what the angle
was some windows ago, which is how fast the pole falls where no velocity is seen, and a little
against the place.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.random import Generator, SeedSequence
from numpy.typing import NDArray

from evosnn.evolution import EditableNetwork, put_together
from evosnn.files import write_text
from evosnn.network import Network
from experiments.cartpole.elite_search import LONG, STEPS, Goal, draw_starts, keep_best
from experiments.cartpole.polish import drawn

KEEP = 12
STARTS = 128
CHEAP, DEAR = 0.0005, 0.003  # of a synapse of the doubled network, in shares of the steps
CHEAP_EPOCHS = 3  # what first grows is then made smaller
EASY_EPOCHS = 7  # then half of the starts are those from which the best fare worst
MIRROR_EPOCHS = 15  # then each side goes its own way


class Way(NamedTuple):
    """A way from a neuron to an output.

    Attributes:
        source: The neuron, an input or an output.
        output: The output.
        weight: Weight into the relay; 0 if every spike goes there without one.
        threshold: Threshold of the relay.
        delay: Delay to the relay, or to the output if there is none.
        onward: Delay from the relay to the output.
    """

    source: int
    output: int
    weight: int
    threshold: int
    delay: int
    onward: int


Half = tuple[Way, ...]


@dataclass(frozen=True)
class Ground:
    """What the ways of a setting run between.

    Attributes:
        goal: The setting.
        mirror: Whether ways stand for their mirror images too.
    """

    goal: Goal
    mirror: bool = True

    @property
    def n_inputs(self) -> int:
        return self.goal.task.n_inputs

    @property
    def n_outputs(self) -> int:
        return self.goal.task.n_outputs

    def mirrored(self, neuron: int) -> int:
        """The neuron that sees or does on the right what this one does on the left."""
        if neuron >= self.n_inputs:
            # Left and right are the last two actions; not pushing is its own mirror image.
            first = self.n_inputs + self.n_outputs - 2
            return neuron if neuron < first else 2 * first + 1 - neuron
        each = self.n_inputs // len(self.goal.task.setting.seen)
        return neuron // each * each + each - 1 - neuron % each

    def whole(self, half: Half) -> Half:
        """The ways, and their mirror images if they stand for those too."""
        if not self.mirror:
            return half
        images = {
            w._replace(source=self.mirrored(w.source), output=self.mirrored(w.output)) for w in half
        }
        return tuple(sorted({*half, *images}))

    def single(self, half: Half) -> Network:
        """The network of the ways, each once."""
        draft, weight = self._ports(), self.goal.space.weight.high
        for way in self.whole(half):
            if not way.weight:
                draft.synapses[way.source, way.output] = (weight, way.delay)
            else:
                self._relay(draft, way)
        return put_together(draft)

    def twice(self, half: Half) -> Network:
        """The network of the ways, each twice, that any one dead synapse leaves as it is.

        Of a way without a relay the second takes off from a twin of its source, one timestep
        late, and is as much shorter.
        """
        draft, weight = self._ports(), self.goal.space.weight.high
        twins: dict[int, int] = {}
        for way in self.whole(half):
            if way.weight:
                self._relay(draft, way)
                self._relay(draft, way)
                continue
            if way.source not in twins:
                twin = twins[way.source] = len(draft.neurons)
                draft.neurons[twin] = (self.goal.space.threshold.low, 0.0)
                draft.synapses[way.source, twin] = (weight, 1)
            draft.synapses[way.source, way.output] = (weight, way.delay)
            draft.synapses[twins[way.source], way.output] = (weight, way.delay - 1)
        return put_together(draft)

    def size(self, half: Half) -> int:
        """Synapses of :meth:`single`."""
        return sum(2 if way.weight else 1 for way in self.whole(half))

    def cost(self, half: Half) -> int:
        """Synapses of :meth:`twice`."""
        ways = self.whole(half)
        plain = [way for way in ways if not way.weight]
        return len({w.source for w in plain}) + 2 * len(plain) + 4 * (len(ways) - len(plain))

    def sound(self, half: Half) -> bool:
        """Whether the doubled network is no larger than is looked at, and is what the half says.

        Two ways without a relay may not share both ends: they would be one synapse.
        """
        if not half or self.cost(half) > self.goal.most:
            return False
        ends = [way[:2] for way in self.whole(half) if not way.weight]
        return len({*ends}) == len(ends)

    def _ports(self) -> EditableNetwork:
        inputs = tuple(range(self.n_inputs))
        outputs = tuple(range(self.n_inputs, self.n_inputs + self.n_outputs))
        return EditableNetwork(
            dict.fromkeys((*inputs, *outputs), (self.goal.space.threshold.low, 0.0)),
            {},
            inputs,
            outputs,
        )

    def _relay(self, draft: EditableNetwork, way: Way) -> None:
        relay = len(draft.neurons)
        draft.neurons[relay] = (float(way.threshold), 0.0)
        draft.synapses[way.source, relay] = (float(way.weight), way.delay)
        draft.synapses[relay, way.output] = (self.goal.space.weight.high, way.onward)

    def by_hand(self) -> list[Half]:
        """Controllers that lean against the angle, for four bins a feature and two actions."""
        left, right = self.n_inputs, self.n_inputs + 1
        found = []
        for late in (24, 49, 73):
            near = Way(5, left, 0, 0, 3, 0)
            far = Way(4, left, 0, 0, 2, 0)
            before = Way(6, left, 90, 120, late, 4)
            place, done = Way(0, left, 30, 120, 2, 2), Way(left, right, 20, 120, 20, 20)
            found += [(near, before), (near, far, before), (near, far, before, place, done)]
        return found

    def draw(self, rng: Generator) -> Way:
        """A random way."""
        ends = self.draw_source(rng), self.draw_output(rng)
        if rng.random() < 0.5:
            return Way(*ends, 0, 0, int(rng.integers(2, self.longest + 1)), 0)
        return Way(
            *ends, *self.draw_share(rng), int(rng.integers(1, self.longest + 1)),
            int(rng.integers(1, min(self.longest, 24) + 1)),
        )  # fmt: skip

    def draw_source(self, rng: Generator) -> int:
        """An input, or an output now and then."""
        return int(rng.integers(self.n_inputs)) if rng.random() < 0.8 else self.draw_output(rng)

    def draw_output(self, rng: Generator) -> int:
        return self.n_inputs + int(rng.integers(self.n_outputs))

    def draw_share(self, rng: Generator) -> tuple[int, int]:
        """A weight and a threshold no smaller."""
        threshold = int(rng.integers(1, int(self.goal.space.threshold.high) + 1))
        return int(rng.integers(1, min(threshold, int(self.goal.space.weight.high)) + 1)), threshold

    @property
    def longest(self) -> int:
        return int(self.goal.space.delay.high)

    def changed(self, half: Half, rng: Generator) -> Half:
        """A half with one way changed, added or left out, or more."""
        ways = list(half)
        while True:
            roll, k = rng.random(), int(rng.integers(max(len(ways), 1)))
            if roll < 0.12 or not ways:
                ways.append(self.draw(rng))
            elif roll < 0.22:
                ways.pop(k)
            elif roll < 0.26:
                ways[k] = ways[k]._replace(source=self.draw_source(rng))
            elif roll < 0.30:
                ways[k] = ways[k]._replace(output=self.draw_output(rng))
            elif roll < 0.36:
                ways[k] = self._other_kind(ways[k], rng)
            else:
                ways[k] = self._nudged(ways[k], rng)
            if rng.random() >= 0.4:
                return tuple(sorted(ways))

    def _other_kind(self, way: Way, rng: Generator) -> Way:
        """All spikes in place of a share of them, or a share in place of all, as late as before."""
        if way.weight:
            late = min(max(way.delay + way.onward, 2), self.longest)
            return Way(way.source, way.output, 0, 0, late, 0)
        return Way(way.source, way.output, *self.draw_share(rng), max(way.delay - 1, 1), 1)

    def _nudged(self, way: Way, rng: Generator) -> Way:
        """One value changed, the size of the step drawn over all orders of magnitude."""

        def step(value: int, low: int, high: float) -> int:
            size = max(1, round((high - low) * 0.5 * np.exp(-4.5 * rng.random())))
            return int(min(max(value + (size if rng.random() < 0.5 else -size), low), high))

        if not way.weight:
            return way._replace(delay=step(way.delay, 2, self.longest))
        changes: tuple[Callable[[], Way], ...] = (
            lambda: way._replace(weight=step(way.weight, 1, self.goal.space.weight.high)),
            lambda: way._replace(threshold=step(way.threshold, 1, self.goal.space.threshold.high)),
            lambda: way._replace(delay=step(way.delay, 1, self.longest)),
            lambda: way._replace(onward=step(way.onward, 1, self.longest)),
        )
        new = changes[int(rng.integers(len(changes)))]()
        return new._replace(weight=min(new.weight, new.threshold))


@dataclass
class Ways:
    """What a search keeps.

    Attributes:
        halves: The best, best first.
        tried: How many it has tried.
        mirror: Whether they are halves, and not wholes.
    """

    halves: list[Half]
    tried: int = 0
    mirror: bool = True


@dataclass(frozen=True, eq=False)
class Found:
    """A half of the best.

    Attributes:
        half: The half.
        steps: ``(starts,)``, steps that its single network survived from each start.
        long: ``(48,)``, the same of long runs; empty if it falls too often for them.
        value: What it is worth.
    """

    half: Half
    steps: NDArray[np.float64]
    long: NDArray[np.float64]
    value: float

    def like(self, other: Found) -> bool:
        """Whether both fared the same from every start."""
        return np.array_equal(self.steps, other.steps) and np.array_equal(self.long, other.long)


def search_ways(goal: Goal, seed: int, epochs: int, folder: Path, children: int = 300) -> None:
    """Search, or go on with a search.

    Args:
        goal: The setting, and the most synapses that a doubled network may have.
        seed: Seed of all that is drawn.
        epochs: How often starts are drawn afresh.
        folder: Where each epoch is kept.
        children: Halves tried in an epoch.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = Ways(Ground(goal).by_hand())
    for epoch in range(epochs):
        path = folder / f"ways-{epoch:03d}.json"
        if path.exists():
            continue
        if epoch:
            kept = saved_ways(folder)[0]
        rng = np.random.default_rng(SeedSequence(seed, spawn_key=(epoch, 2)))
        price = CHEAP if epoch < CHEAP_EPOCHS else DEAR
        if epoch == MIRROR_EPOCHS:
            wholes = [Ground(goal).whole(half) for half in kept.halves]
            kept = Ways(wholes, kept.tried, mirror=False)
        ground = Ground(goal, kept.mirror)
        if epoch < EASY_EPOCHS:
            starts = draw_starts(goal, STARTS, rng, corners=False)
        else:
            best = [ground.single(half) for half in kept.halves[:3]]
            starts = drawn(goal, best, rng, SeedSequence(0)).starts[: 2 * STARTS]
        found = _epoch(ground, kept, starts, price, children, rng)
        kept.halves = [each.half for each in found]
        write_text(path, json.dumps(asdict(kept)))
        first = found[0]
        print(
            f"  epoch {epoch}: {kept.tried} tried, {first.value:.3f}, "
            f"{first.steps.mean():.0f} steps, "
            f"{(first.steps < STEPS).sum()} of {len(starts)} fall, long {first.long.mean():.0f}, "
            f"{ground.size(first.half)} synapses, {ground.cost(first.half)} doubled",
            flush=True,
        )


def saved_ways(folder: Path) -> list[Ways]:
    """Return what each epoch of a search has kept, the last first."""
    found = []
    for path in sorted(folder.glob("ways-*.json"), reverse=True):
        data = json.loads(path.read_text())
        halves = [tuple(Way(*way) for way in half) for half in data.pop("halves")]
        found.append(Ways(halves, **data))
    return found


def _epoch(
    ground: Ground, kept: Ways, starts: NDArray[np.float64], price: float, children: int,
    rng: Generator,
) -> list[Found]:  # fmt: skip
    """Measure the best on fresh starts, then try children of theirs."""
    best: list[Found] = []
    seen: set[Half] = set()

    def offer(half: Half) -> None:
        if half in seen or not ground.sound(half):
            return
        seen.add(half)
        kept.tried += 1
        bar = best[-1] if len(best) >= KEEP else None
        found = measured(ground, half, starts, price, bar)
        if found is not None:
            keep_best(best, found, KEEP)

    def parent() -> Half:
        return best[int(rng.integers(len(best), size=2).min())].half

    for half in kept.halves:
        offer(half)
    for _ in range(children):
        half = parent()
        if rng.random() < 0.15:
            both = sorted({*half, *parent()})
            half = tuple(way for way in both if rng.random() < 0.6) or half
        offer(ground.changed(half, rng))
    return best


def measured(
    ground: Ground, half: Half, starts: NDArray[np.float64], price: float, bar: Found | None
) -> Found | None:
    """Run a half's single network; nothing if it falls behind ``bar``.

    Its value is the share of steps survived and a tenth for each power of ten by which it
    falls more seldom, less the price of its synapses. Long runs count once it falls seldom.
    """
    network = ground.single(half)

    def run(some: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
        return ground.goal.alone(network, some, steps)

    few = run(starts[:16], STEPS)
    if bar is not None and few.mean() < 0.7 * bar.steps[:16].mean():
        return None
    steps = np.concatenate([few, run(starts[16:], STEPS)])
    if bar is not None and steps.mean() < bar.steps.mean() - 30:
        return None
    long = run(starts[:48], LONG) if steps.mean() > 1300 else np.zeros(0)
    falls = (steps < STEPS).sum() + (long < LONG).sum()
    seldom = -np.log10((falls + 0.5) / (steps.sum() + long.sum()))
    value = steps.mean() / STEPS + 0.1 * seldom - price * ground.cost(half)
    return Found(half, steps, long, float(value))
