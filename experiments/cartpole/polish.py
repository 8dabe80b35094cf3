"""Polishing cart-pole networks that seldom fall until they fall no more.

A few networks of any size are kept, and how often they fall counts by powers of ten: falls in
all steps survived, from starts half of which are the worst of many for the best, and in runs of
15,000 steps, which show falls too rare for 1,500. What they survive on varied chips
counts beside it, up to what is well enough. Children are raced against the last that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from evosnn.evolution import Breeder, Variation
from evosnn.hardware import WeightVariation, draw_instances
from evosnn.network import Network
from evosnn.tasks.control import Episodes, run_episodes
from experiments.cartpole.elite_search import (
    LONG,
    RATES,
    STEPS,
    Archive,
    Goal,
    draw_starts,
    firm,
    keep_best,
    load,
    save,
)

KEEP, CHILDREN = 12, 200
POOL, STARTS, LONG_STARTS = 1536, 512, 64
WELL = 1470  # steps on varied chips beyond which more are worth nothing


@dataclass(frozen=True)
class Draw:
    """Starts and chips of an epoch.

    Attributes:
        starts: ``(STARTS, 4)``, every second one among the worst of the pool.
        long: ``(LONG_STARTS, 4)``, starts of long runs, not the worst.
        chips: Seed of the varied chips.
    """

    starts: NDArray[np.float64]
    long: NDArray[np.float64]
    chips: SeedSequence


@dataclass(frozen=True, eq=False)
class Kept:
    """A network of the best.

    Attributes:
        network: The network.
        steps: ``(STARTS,)``, steps survived from each start on the chip as drawn.
        long: ``(LONG_STARTS,)``, the same of long runs.
        first: Mean steps on the first varied chips.
        varied: Mean steps on more of them.
        value: What it is worth.
    """

    network: Network
    steps: NDArray[np.float64]
    long: NDArray[np.float64]
    first: float
    varied: float
    value: float

    def like(self, other: Kept) -> bool:
        """Whether both fared the same from every start on the chip as drawn."""
        return np.array_equal(self.steps, other.steps) and np.array_equal(self.long, other.long)


def polish(goal: Goal, seed: int, epochs: int, starts: Sequence[Network], folder: Path) -> Archive:
    """Polish networks, or go on with it, and return an archive of the best, best first.

    Args:
        goal: What for; networks of more synapses than its ``most`` are left out.
        seed: Seed of all that is drawn.
        epochs: How often starts and chips are drawn afresh.
        starts: Networks to start from.
        folder: Where each epoch is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    variation = Variation(crossover=0.15, extra_mutation=0.4, rates=RATES)
    breeder = Breeder(goal.space, goal.task.n_inputs, goal.task.n_outputs, variation)
    small = [n for n in starts if n.n_synapses <= goal.most]
    archive = Archive(elites=small, limit=goal.most)
    for epoch in range(epochs):
        path = folder / f"epoch-{epoch:03d}.json"
        if path.exists():
            load(path, archive)
            continue
        rng = np.random.default_rng(SeedSequence(seed, spawn_key=(epoch, 3)))
        draw = drawn(goal, archive.elites, rng, SeedSequence(seed, spawn_key=(epoch, 4)))
        best = _epoch(goal, archive, breeder, draw, rng)
        archive.elites = [kept.network for kept in best]
        for network in archive.elites:
            if archive.wants(network) and firm(goal, network):
                archive.held.append(network)
        save(path, archive)
        first = best[0]
        print(
            f"  epoch {epoch}: {archive.tried} tried, {first.value:.3f} "
            f"({first.network.n_synapses} synapses, {(first.steps < STEPS).sum()} of {STARTS} "
            f"fall, long {first.long.mean():.0f}, varied {first.varied:.0f}), "
            f"held {[n.n_synapses for n in archive.held]}",
            flush=True,
        )
    return archive


def drawn(
    goal: Goal, networks: Sequence[Network], rng: np.random.Generator, chips: SeedSequence
) -> Draw:
    """Draw an epoch's starts: half of them those from which the first networks fare worst."""
    pool = draw_starts(goal, POOL, rng, corners=False)
    order = np.argsort(sum(goal.alone(n, pool) for n in networks[:3]), kind="stable")
    starts, half = np.empty((STARTS, pool.shape[1])), STARTS // 2
    starts[::2], starts[1::2] = pool[order[:half]], pool[np.sort(order[half:STARTS])]
    return Draw(starts, pool[np.sort(order[half:])][:LONG_STARTS], chips)


def _epoch(
    goal: Goal, archive: Archive, breeder: Breeder, draw: Draw, rng: np.random.Generator
) -> list[Kept]:
    """Measure the best on fresh starts and chips, then try children of theirs."""
    best: list[Kept] = []
    seen: set[str] = set()

    def offer(network: Network) -> None:
        if network.key in seen:
            return
        seen.add(network.key)
        archive.tried += 1
        bar = best[-1] if len(best) >= KEEP else None
        kept = measured(goal, network, draw, bar)
        if kept is not None:
            keep_best(best, kept, KEEP)

    def parent() -> Network:
        return best[int(rng.integers(len(best), size=2).min())].network

    for network in archive.elites:
        offer(network)
    for _ in range(CHILDREN):
        offer(breeder.child(parent(), parent(), seen, rng).network)
    return best


def measured(goal: Goal, network: Network, draw: Draw, bar: Kept | None) -> Kept | None:
    """Race a network; nothing if it falls behind ``bar``."""
    steps = goal.alone(network, draw.starts[:128])
    if bar is not None:
        allowed = (bar.steps[:128] < STEPS).sum()
        if (steps < STEPS).sum() > allowed + 2 * np.sqrt(allowed + 1) + 2:
            return None
    first = varied(goal, network, draw.starts[1:128:8], 16, draw.chips)
    if bar is not None and min(first, WELL) < min(bar.first, WELL) - 60:
        return None
    steps = np.concatenate([steps, goal.alone(network, draw.starts[128:])])
    long = goal.alone(network, draw.long, LONG)
    falls = (steps < STEPS).sum() + (long < LONG).sum()
    seldom = -0.1 * float(np.log10((falls + 0.5) / (steps.sum() + long.sum())))
    if bar is not None and seldom + 0.03 + min(first + 60, WELL) / STEPS < bar.value:
        return None
    many = varied(goal, network, draw.starts[:96:3], 32, draw.chips)
    return Kept(network, steps, long, first, many, seldom + min(many, WELL) / STEPS)


def varied(
    goal: Goal, network: Network, starts: NDArray[np.float64], n: int, seed: SeedSequence
) -> float:
    """Mean steps survived on ``n`` chips of 10 % weight variation."""
    chips = draw_instances(
        [network], goal.chip, [WeightVariation(sigma=0.1)], n, seed, nominal=False
    )
    episodes = Episodes(starts, STEPS)
    return float(
        run_episodes(goal.task, [network], episodes, goal.chip, chips, threads=1).returns.mean()
    )
