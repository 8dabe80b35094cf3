"""The smallest cart-pole networks, from nothing: many hill climbs, of which the best go on.

A network of a handful of synapses is so soon run (cartpole_quick.py) that thousands of random
ones can be tried, and hundreds of thousands of changes of theirs. Each climb takes a change
that is no worse from any of its lanes together, a lane being a start and a chip: as drawn, or of
10 % weight variation. So it drifts among networks that do the same, and a change is given up
in the lane in which it falls behind, the worst lanes first. After a round all climbs are measured
in lanes that none has seen, and the best go on, in more lanes, for longer. In later rounds each
climbs from the starts, of many, from which its own network fares worst.

A round is drawn from its own seed and saved whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.random import Generator, SeedSequence
from numpy.typing import NDArray

from evosnn.evolution import put_together, take_apart, trim
from evosnn.network import Network
from experiments.cartpole.elite_search import (
    STEPS,
    Archive,
    Goal,
    draw_starts,
    firm,
    holds,
    load,
    save,
)
from experiments.cartpole.fast_rollout import Loop, Parts, loop_of, network_of, parts_of, survive

HIDDEN = 2
ALIKE = 4  # whole episodes, the worst first, that end alike if networks are taken as the same
SIGMA = 0.1
WELL = 40  # steps too few on varied chips, fewer than which are worth nothing


@dataclass(frozen=True)
class Round:
    """How a round climbs.

    Attributes:
        climbs: How many go on.
        tries: Changes that each tries.
        steps: Steps after which an episode ends.
        clean: Lanes on the chip as drawn.
        varied: Lanes on varied chips, each its own.
        pool: Starts of which the worst are half of the clean lanes; 0: as they come.
        fill: Share of the changes that draw a synapse afresh, one that does nothing if there is.
        twins: How often each of the best goes on; if more than once, it stays as it is too.
    """

    climbs: int
    tries: int
    steps: int
    clean: int
    varied: int
    pool: int = 0
    fill: float = 0.0
    twins: int = 1


ROUNDS = (
    Round(4000, 150, 200, 8, 0),
    Round(1000, 400, 400, 12, 4),
    Round(250, 1000, 800, 12, 8),
    Round(80, 1500, STEPS, 16, 12),
    Round(24, 2000, STEPS, 32, 16, 256),
    Round(12, 2000, STEPS, 48, 16, 1024),
    Round(8, 4000, STEPS, 64, 24, 4096, fill=0.4),
    *(Round(6, 3000, STEPS, 128, 24, 4096, fill=0.2, twins=6) for _ in range(5)),
    Round(4, 3000, STEPS, 512, 32, 16384, fill=0.2, twins=4),
)


class Lanes(NamedTuple):
    """Where networks are run.

    Attributes:
        starts: ``(lanes, n_state)``.
        factors: ``(lanes, synapses)``, of the weights.
        steps: Steps after which an episode ends.
    """

    starts: NDArray[np.float64]
    factors: NDArray[np.float64]
    steps: int


class SearchSpace(NamedTuple):
    """What a network may be.

    Attributes:
        weight: Largest weight, of either sign.
        threshold: Largest threshold.
        delay: Longest delay.
    """

    weight: int
    threshold: int
    delay: int


def search_small(goal: Goal, seed: int, rounds: int, folder: Path) -> Archive:
    """Search, or go on with it, and return an archive of the climbs that are left, best first.

    Args:
        goal: What for, and how many synapses each network has.
        seed: Seed of all that is drawn.
        rounds: How many of ``ROUNDS``.
        folder: Where each round is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    archive = Archive(limit=goal.most)
    loop, space = loop_of(goal.task, goal.chip), search_space(goal)
    neurons = goal.task.n_inputs + goal.task.n_outputs + HIDDEN
    for number, each in enumerate(ROUNDS[:rounds]):
        path = folder / f"epoch-{number:03d}.json"
        if path.exists():
            load(path, archive)
            continue
        rng = np.random.default_rng(SeedSequence(seed, spawn_key=(number, 5)))
        if number:
            best = archive.elites[: each.climbs // each.twins]
            climbs = [parts_of(network, neurons) for network in best for _ in range(each.twins)]
        else:
            climbs = [drawn(neurons, goal.most, space, rng) for _ in range(each.climbs)]
        lanes = draw_lanes(goal, each.clean, each.varied, each.steps, rng)
        pool = draw_starts(goal, each.pool, rng, corners=False)
        for parts in climbs:
            own = worst_first(loop, parts, lanes, pool, each.clean)
            archive.tried += climb(loop, parts, own, space, each.tries, each.fill, rng)
        if each.twins > 1:
            climbs += [parts_of(network, neurons) for network in best]
        n_clean = max(8 * each.clean, each.pool)
        unseen = draw_lanes(goal, n_clean, 16 * each.varied, each.steps, rng)
        late = np.array([behind(loop, parts, unseen) for parts in climbs])
        clean = late[:, :n_clean].mean(axis=1)
        varied = late[:, n_clean:].mean(axis=1) if each.varied else clean
        order = np.argsort(clean + np.maximum(varied - WELL, 0) / 4, kind="stable").tolist()
        ports = goal.task.n_inputs, goal.task.n_outputs
        archive.elites = [network_of(climbs[k], *ports) for k in order]
        if each.pool:
            keep_held(goal, archive)
        save(path, archive)
        print(
            f"  round {number}: {archive.tried} tried, {len(order)} climbs, the best survive "
            f"{np.round(each.steps - clean[order[:4]], 1)} of {each.steps} steps, "
            f"{np.round(each.steps - varied[order[:4]])} on varied chips, "
            f"held {[n.n_synapses for n in archive.held]}",
            flush=True,
        )
    return archive


def search_space(goal: Goal) -> SearchSpace:
    space = goal.space
    return SearchSpace(int(space.weight.high), int(space.threshold.high), int(space.delay.high))


def keep_held(goal: Goal, archive: Archive) -> None:
    """Keep the networks that hold firmly, without what does nothing."""
    for network in map(trimmed, archive.elites):
        if archive.wants(network) and holds(goal, network) and firm(goal, network):
            archive.held.append(network)


def trimmed(network: Network) -> Network:
    """Return a network without what lies on no path from an input to an output."""
    draft = take_apart(network)
    trim(draft)
    return put_together(draft)


def draw_lanes(goal: Goal, clean: int, varied: int, steps: int, rng: Generator) -> Lanes:
    """Draw lanes, those on the chip as drawn first."""
    starts = draw_starts(goal, clean + varied, rng, corners=False)
    factors = np.ones((clean + varied, goal.most))
    factors[clean:] += SIGMA * rng.standard_normal((varied, goal.most))
    return Lanes(starts, factors, steps)


def worst_first(
    loop: Loop, parts: Parts, lanes: Lanes, pool: NDArray[np.float64], clean: int
) -> Lanes:
    """Return the lanes, half of the clean ones from the starts of a pool that are worst."""
    if not len(pool):
        return lanes
    ones = np.ones((len(pool), parts.pre.size))
    worst = np.argsort(-behind(loop, parts, Lanes(pool, ones, lanes.steps)), kind="stable")
    starts = lanes.starts.copy()
    starts[: clean // 2] = pool[worst[: clean // 2]]
    return lanes._replace(starts=starts)


@njit(nogil=True, cache=True)
def behind(loop: Any, parts: Any, lanes: Any) -> Any:
    """Return ``(lanes,)``, by how many steps a network ends too early in each lane."""
    state = np.empty((1, lanes.starts.shape[1]))
    late = np.empty(lanes.starts.shape[0], np.int64)
    for k in range(late.size):
        late[k] = lanes.steps - _run(loop, parts, lanes, k, state)
    return late


@njit(nogil=True, cache=True)
def climb(
    loop: Any, parts: Any, lanes: Any, space: Any, tries: int, fill: float, rng: Any
) -> int:  # fmt: skip
    """Take changes that are no worse, and return how many were tried.

    Args:
        loop: The setting and the chip.
        parts: The network, read and written.
        lanes: Where it is run.
        space: What it may be.
        tries: Most changes to try; a network that never falls is left as it is.
        fill: Share of the changes that draw a synapse afresh.
        rng: Draws the changes.
    """
    n_lanes, n_state = lanes.starts.shape
    late, its_late = np.empty((2, n_lanes), np.int64)
    end, its_end = np.empty((2, n_lanes, n_state))
    state = np.empty((1, n_state))
    for k in range(n_lanes):
        late[k] = lanes.steps - _run(loop, parts, lanes, k, state)
        end[k] = state[0]
    order, enough = np.argsort(-late), ALIKE * lanes.steps
    for tried in range(tries):
        bar = late.sum()
        if bar == 0:
            return tried
        child = copied(parts)
        if fill and rng.random() < fill:
            fill_in(child, space, loop.rules, rng)
        else:
            change(child, space, rng)
        total, same, alike = 0, 0, True
        for k in order:
            its_late[k] = lanes.steps - _run(loop, child, lanes, k, state)
            its_end[k] = state[0]
            total += its_late[k]
            alike = alike and (its_end[k] == end[k]).all()
            if alike:
                same += lanes.steps - its_late[k]
            if total > bar or same >= enough:
                break
        if total > bar:
            continue
        write_over(child, parts)
        if same < enough:
            late[:], end[:] = its_late, its_end
            order = np.argsort(-late)
    return tries


@njit(nogil=True, cache=True)
def _run(loop: Any, parts: Any, lanes: Any, k: int, state: Any) -> int:
    """Return the steps survived in a lane."""
    weight = parts.weight * lanes.factors[k]
    chip = Parts(parts.threshold, parts.pre, parts.post, weight, parts.delay)
    return survive(loop, chip, lanes.starts[k], lanes.steps, state)


def drawn(neurons: int, synapses: int, space: SearchSpace, rng: Generator) -> Parts:
    """Draw a network."""
    threshold = rng.integers(0, space.threshold + 1, neurons).astype(np.float64)
    ends = np.full((3, synapses), -1)
    parts = Parts(threshold, ends[0], ends[1], np.zeros(synapses), ends[2])
    for s in range(synapses):
        _redraw(parts, s, space, rng)
    return parts


@njit(nogil=True, cache=True)
def change(parts: Any, space: Any, rng: Any) -> None:
    """Change a network in one place, or in more."""
    weight, delay, threshold = parts.weight, parts.delay, parts.threshold
    while True:
        s, roll = rng.integers(0, weight.size), rng.random()
        if roll < 0.24:
            if rng.random() < 0.5:
                weight[s] = _draw_weight(space, rng)
            else:
                weight[s] = min(max(weight[s] + _sign(rng), -space.weight), space.weight)
        elif roll < 0.50:
            if rng.random() < 0.5:
                delay[s] = rng.integers(1, space.delay + 1)
            else:
                delay[s] = min(max(delay[s] + _sign(rng) * rng.integers(1, 4), 1), space.delay)
        elif roll < 0.68:
            n = parts.pre[s] if rng.random() < 0.5 else parts.post[s]
            if rng.random() < 0.5:
                threshold[n] = rng.integers(0, space.threshold + 1)
            else:
                threshold[n] = min(max(threshold[n] + _sign(rng), 0), space.threshold)
        elif roll < 0.90:
            _move(parts, s, rng)
        else:
            _redraw(parts, s, space, rng)
        if rng.random() < 0.55:
            return


@njit(nogil=True, cache=True)
def fill_in(parts: Any, space: Any, rules: Any, rng: Any) -> None:
    """Draw a synapse afresh, one that does nothing if there is, and maybe the threshold it meets.

    A synapse does nothing if it comes from a hidden neuron that nothing reaches, or goes to one
    that reaches nothing.
    """
    ports = 2 * rules.seen.size + rules.actions.size
    chosen = rng.integers(0, parts.pre.size)
    for s in range(parts.pre.size):
        pre, post = parts.pre[s], parts.post[s]
        idle = pre >= ports and not (parts.post == pre).any()
        if idle or (post >= ports and not (parts.pre == post).any()):
            chosen = s
    _redraw(parts, chosen, space, rng)
    if rng.random() < 0.5:
        parts.threshold[parts.post[chosen]] = rng.integers(0, space.threshold + 1)


@njit(nogil=True, cache=True)
def _move(parts: Any, s: int, rng: Any) -> None:
    """Let a synapse start or end at another neuron, if the two are not joined."""
    pre, post = parts.pre[s], parts.post[s]
    if rng.random() < 0.5:
        pre = rng.integers(0, parts.threshold.size)
    else:
        post = rng.integers(0, parts.threshold.size)
    if not _joined(parts, pre, post):
        parts.pre[s], parts.post[s] = pre, post


@njit(nogil=True, cache=True)
def _redraw(parts: Any, s: int, space: Any, rng: Any) -> None:
    """Draw a synapse afresh."""
    while True:
        pre = rng.integers(0, parts.threshold.size)
        post = rng.integers(0, parts.threshold.size)
        if not _joined(parts, pre, post):
            break
    parts.pre[s], parts.post[s] = pre, post
    parts.weight[s] = _draw_weight(space, rng)
    parts.delay[s] = rng.integers(1, space.delay + 1)


@njit(nogil=True, cache=True)
def _joined(parts: Any, pre: int, post: int) -> bool:
    joined = False
    for s in range(parts.pre.size):
        joined |= parts.pre[s] == pre and parts.post[s] == post
    return joined


@njit(nogil=True, cache=True)
def _draw_weight(space: Any, rng: Any) -> float:
    """A weight, more often one that excites."""
    size = rng.integers(1, space.weight + 1)
    return float(size) if rng.random() < 0.6 else -float(size)


@njit(nogil=True, cache=True)
def _sign(rng: Any) -> int:
    return 1 if rng.random() < 0.5 else -1


@njit(nogil=True, cache=True)
def copied(parts: Any) -> Any:
    return Parts(
        parts.threshold.copy(), parts.pre.copy(), parts.post.copy(), parts.weight.copy(),
        parts.delay.copy(),
    )  # fmt: skip


@njit(nogil=True, cache=True)
def write_over(source: Any, target: Any) -> None:
    """Write one network over another."""
    target.threshold[:], target.pre[:], target.post[:] = source.threshold, source.pre, source.post
    target.weight[:], target.delay[:] = source.weight, source.delay
