"""The last falls of the smallest cart-pole networks, sought out and mended one after the other.

A network that seldom falls is changed until it falls from none of the starts from which any
before it fell: these are kept, and what is found is tried from thousands of fresh ones, whose
falls are kept too (counterexamples guide the search, as in Solar-Lezama et al., ASPLOS 2006).
Beside them stand starts as they come, so that what was right is not unlearnt. Several lineages
do so apart, from the best that the hill climbs of cartpole_small.py had left.

A lineage is drawn from its own seed and saved whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.random import SeedSequence
from numpy.typing import NDArray

from evosnn.network import Network
from experiments.cartpole.elite_search import STEPS, Archive, Goal, draw_starts, load, save
from experiments.cartpole.fast_rollout import Loop, Parts, loop_of, network_of, parts_of, survive
from experiments.cartpole.minimal_search import (
    ALIKE,
    HIDDEN,
    SIGMA,
    Lanes,
    behind,
    change,
    copied,
    fill_in,
    keep_held,
    search_space,
    trimmed,
    write_over,
)

PLAIN, FRESH, KNOWN = 256, 8192, 4096
MENDS, TRIES, IDLE = 8, 6000, 2
FILL = 0.3
VARIED, WELL = 96, 40  # varied chips, and steps too few on them that are few enough


def search_mends(
    goal: Goal, seed: int, lineages: int, starts: Sequence[Network], folder: Path
) -> Archive:
    """Mend so many of the networks, or go on with it, and return an archive, best first.

    Args:
        goal: What for.
        seed: Seed of all that is drawn.
        lineages: How many of the networks, those that fall least.
        starts: Networks to start from.
        folder: Where each lineage is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SeedSequence(seed, spawn_key=(0, 6)))
    known = draw_starts(goal, KNOWN, rng, corners=False)
    loop, neurons = loop_of(goal.task, goal.chip), goal.task.n_inputs + goal.task.n_outputs + HIDDEN
    unlike = {trimmed(network).key: parts_of(network, neurons) for network in starts}
    falls = {key: int(fallen(loop, parts, known).sum()) for key, parts in unlike.items()}
    chosen = [unlike[key] for key in sorted(falls, key=lambda key: falls[key])[:lineages]]

    def one(number: int) -> Archive:
        path, archive = folder / f"lineage-{number:03d}.json", Archive(limit=goal.most)
        if path.exists():
            load(path, archive)
            return archive
        own = np.random.default_rng(SeedSequence(seed, spawn_key=(number, 7)))
        archive.elites, archive.tried = _lineage(goal, loop, chosen[number], known, own)
        save(path, archive)
        return archive

    with ThreadPoolExecutor() as pool:
        each = list(pool.map(one, range(len(chosen))))
    whole = Archive(limit=goal.most)
    whole.tried = sum(archive.tried for archive in each)
    whole.elites = [network for archive in each for network in archive.elites]
    keep_held(goal, whole)
    save(folder / "epoch-000.json", whole)
    return whole


def _lineage(
    goal: Goal, loop: Loop, parts: Parts, known: NDArray[np.float64], rng: np.random.Generator
) -> tuple[list[Network], int]:
    """Mend a network as often as it goes, and return the one that fell least, and the tries."""
    space, ports = search_space(goal), (goal.task.n_inputs, goal.task.n_outputs)
    ones = np.ones((VARIED, parts.pre.size))
    varied = Lanes(
        draw_starts(goal, VARIED, rng, corners=False),
        ones + SIGMA * rng.standard_normal(ones.shape),
        STEPS,
    )
    falls = known[fallen(loop, parts, known)]
    starts = np.concatenate([falls, draw_starts(goal, PLAIN, rng, corners=False)])
    best, least, tried, mends, idle = network_of(parts, *ports), np.inf, 0, 0, 0
    order, before = np.arange(len(starts)), len(starts)
    while mends < MENDS and idle < IDLE:
        left, more = mend(loop, parts, starts, order, varied, space, TRIES, FILL, rng)
        tried, idle, before = tried + more, idle + 1 if left >= before else 0, left
        if left:
            continue
        fresh = draw_starts(goal, FRESH, rng, corners=False)
        falls = fresh[fallen(loop, parts, fresh)]
        late = float(behind(loop, parts, varied).mean())
        print(
            f"  {mends}: none of {len(starts)} starts, {len(falls)} of {FRESH} fresh ones, "
            f"{STEPS - late:.0f} steps on varied chips, {tried} tried",
            flush=True,
        )
        if (cost := len(falls) + max(late - WELL, 0)) < least:
            best, least = network_of(parts, *ports), cost
        if not len(falls):
            break
        starts = np.concatenate([falls, starts])
        order, before, mends = np.arange(len(starts)), len(starts), mends + 1
    return [best], tried


def fallen(loop: Loop, parts: Parts, starts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return ``(n,)``, from which starts a network falls."""
    ones = np.ones((len(starts), parts.pre.size))
    late: NDArray[np.int64] = behind(loop, parts, Lanes(starts, ones, STEPS))
    return late > 0


@njit(nogil=True, cache=True)
def mend(
    loop: Any, parts: Any, starts: Any, order: Any, varied: Any, space: Any, tries: int,
    fill: float, rng: Any,
) -> Any:  # fmt: skip
    """Take changes that fall from no more starts, until nothing falls.

    What ends too early on varied chips, by more than ``WELL`` steps and more than before, is not
    taken.

    Args:
        loop: The setting and the chip.
        parts: The network, read and written.
        starts: ``(n, n_state)``.
        order: ``(n,)``, in which they are tried, written: those that tell most come first.
        varied: Lanes on varied chips.
        space: What it may be.
        tries: Most changes to try.
        fill: Share of the changes that draw a synapse afresh.
        rng: Draws the changes.

    Returns:
        From how many the network falls now, and how many changes were tried.
    """
    n, n_state = starts.shape
    steps, its_steps = np.empty((2, n), np.int64)
    end, its_end = np.empty((2, n, n_state))
    state = np.empty((1, n_state))
    for k in range(n):
        steps[k] = survive(loop, parts, starts[k], STEPS, state)
        end[k] = state[0]
    falls, bar = (steps < STEPS).sum(), behind(loop, parts, varied).mean()
    for tried in range(tries):
        if falls == 0:
            return 0, tried
        child = copied(parts)
        if rng.random() < fill:
            fill_in(child, space, loop.rules, rng)
        else:
            change(child, space, rng)
        its, whole, alike = 0, 0, True
        for place in range(n):
            k = order[place]
            its_steps[k] = survive(loop, child, starts[k], STEPS, state)
            its_end[k] = state[0]
            alike = alike and (its_end[k] == end[k]).all()
            if its_steps[k] < STEPS:
                its += 1
                to = place // 2
                order[place], order[to] = order[to], k  # sooner next time
            elif alike:
                whole += 1
            if its > falls or whole >= ALIKE:
                break
        if its > falls:
            continue
        if whole < ALIKE:
            late = behind(loop, child, varied).mean()
            if late > max(bar, WELL):
                continue
            falls, bar = its, late
            steps[:], end[:] = its_steps, its_end
        write_over(child, parts)
    return falls, tries
