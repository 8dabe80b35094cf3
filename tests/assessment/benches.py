"""A small task on a small chip, and networks for it."""

import numpy as np

from evosnn.evaluation import Trial
from evosnn.tasks import ArgyleEncoder, MostSpikesDecoder, build_task
from tests.networks import make_chip, random_network

CHIP = make_chip(top=127, floor=-127, leak=(0,))


def make_bench(chip=CHIP, *, name="iris", decoder=None, part="train", timesteps=24):
    task = build_task(
        name,
        encoder=ArgyleEncoder(),
        decoder=decoder or MostSpikesDecoder(),
        timesteps=timesteps,
        chip=chip,
        seed=1,
    )
    return Trial(task, chip, part)


def make_network(trial, seed=0, *, hidden=3, synapses=40):
    """A random network for the bench, the best of some at its task."""
    rng = np.random.default_rng(seed)
    task = trial.task
    best = None
    for _ in range(30):
        net = random_network(
            rng,
            trial.chip,
            neurons=task.n_inputs + task.n_outputs + hidden,
            synapses=synapses,
            inputs=task.n_inputs,
            outputs=task.n_outputs,
            max_delay=4,
        )
        score = trial.score(net)[0]
        if best is None or score > best[0]:
            best = (score, net)
    return best[1]
