"""Runs networks and environments in one compiled closed loop, a network on each processor core."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.hardware import Instances
from evosnn.network import Network
from evosnn.simulation.kernels import (
    FLOAT64,
    NUMBERS,
    Group,
    firing_threshold,
    group_sizes,
    needs_general,
    pack_networks,
    plan_numbers,
    require_countable,
    rules_of,
    values_of,
    width_for,
)
from evosnn.tasks.control._loop_kernel import ARGYLE, FLIP_FLOP, Rules, run_episodes
from evosnn.tasks.control._loop_kernel_any_chip import run_general_episodes
from evosnn.tasks.control._task import ControlResult, ControlTask, Episodes
from evosnn.tasks.encoders.binned import ArgyleEncoder, FlipFlopEncoder
from evosnn.threads import map_in_threads

__all__ = ["drive_compiled"]


def drive_compiled(
    task: ControlTask,
    networks: Sequence[Network],
    part: Episodes,
    chip: Chip,
    instances: Instances | None,
    threads: int | None,
) -> ControlResult:
    """Run networks in the compiled environments; arguments as those of ``run_episodes``."""
    if chip.neuron.integration_delay or needs_general(networks, chip, instances).any():
        return _drive_general(task, networks, part, chip, instances, threads)
    population = pack_networks(networks, chip)
    n, n_instances = len(networks), instances.n_instances if instances else 1
    weight = instances.weight if instances else population.weight[None]
    threshold = population.threshold[None]
    if instances:
        threshold = firing_threshold(instances.threshold, chip)
    neurons = [slice(*ends) for ends in _pairs(population.neuron_start)]
    arrival = np.array([bool((threshold[:, i] <= 0).any()) for i in neurons])
    floor = -np.inf if chip.neuron.min_potential is None else chip.neuron.min_potential
    amount = np.full(task.n_inputs, float(chip.spike_value))
    codes, shifts = np.full(n, FLOAT64), np.full(n, -1)
    if chip.integer:
        codes, shifts = plan_numbers(
            population, weight, threshold, floor, np.minimum(amount, 0.0), amount,
            part.steps * task.timesteps,
        )  # fmt: skip
    returns = np.zeros((n, n_instances, part.n_samples))
    spikes, deliveries, windows = (np.zeros(n, np.int64) for _ in range(3))
    rules = _rules(task, part.steps)

    def run(network: int) -> None:
        at = 0
        for size in group_sizes(n_instances):
            group = None
            if instances is not None:
                rows = slice(at, at + size)
                group = Group(weight[rows], threshold[rows], instances.firing[rows])
            run_episodes(
                np.array([network]), population, group, size, at, rules, part.starts, amount,
                floor, shifts, NUMBERS[codes[network]], width_for(size * part.n_samples),
                bool(arrival[network]) or None, returns, spikes, deliveries, windows,
            )  # fmt: skip
            at += size

    # One network for each job, because the length of its episodes is not known beforehand.
    map_in_threads(run, range(n), threads)
    return ControlResult(returns, spikes / windows, deliveries / windows)


def _drive_general(
    task: ControlTask,
    networks: Sequence[Network],
    part: Episodes,
    chip: Chip,
    instances: Instances | None,
    threads: int | None,
) -> ControlResult:
    """Run networks on the general kernel, where the chip or its faults need it."""
    require_countable(chip, task.timesteps)
    population = pack_networks(networks, chip)
    values = values_of(networks, population, chip, instances)
    n = len(networks)
    returns = np.zeros((n, values.weight.shape[1], part.n_samples))
    spikes, deliveries, windows = (np.zeros(n, np.int64) for _ in range(3))
    amount = np.full(task.n_inputs, float(chip.spike_value))
    own, late, rules = rules_of(chip), int(chip.neuron.integration_delay), _rules(task, part.steps)

    def run(network: int) -> None:
        run_general_episodes(
            network, population, own, values, late, rules, part.starts, amount, returns, spikes,
            deliveries, windows,
        )  # fmt: skip

    map_in_threads(run, range(n), threads)
    return ControlResult(returns, spikes / windows, deliveries / windows)


def _rules(task: ControlTask, steps: int) -> Rules:
    setting, encoder = task.setting, task.encoder
    assert isinstance(encoder, ArgyleEncoder | FlipFlopEncoder)  # run_episodes checks
    limits = np.array([setting.environment.limits[k] for k in setting.seen])
    return Rules(
        code=setting.environment.code,
        n_seen=len(setting.environment.observations),
        seen=np.array(setting.seen),
        low=limits[:, 0].copy(),
        scale=1 / (limits[:, 1] - limits[:, 0]),
        encoder=FLIP_FLOP if isinstance(encoder, FlipFlopEncoder) else ARGYLE,
        each=encoder.n_inputs(1),
        max_spikes=encoder.max_spikes,
        interval=encoder.interval,
        timesteps=task.timesteps,
        steps=steps,
        actions=np.array([force for _, force in setting.actions]),
        graded=setting.graded,
        first_spike=task.decoder.compares == "first",
    )


def _pairs(start: NDArray[np.int64]) -> list[tuple[int, int]]:
    ends = start.tolist()
    return list(pairwise(ends))
