"""The closed loop in Python gives what the compiled one gives, and runs encoders of packages."""

from typing import ClassVar, Literal

import numpy as np
import pytest
from numpy.random import SeedSequence

from evosnn.chips import load_chip
from evosnn.errors import SpecError
from evosnn.hardware import WeightVariation, draw_instances
from evosnn.tasks import Decoder, Encoder, MostSpikesDecoder, RateEncoder
from evosnn.tasks.control import (
    SETTINGS,
    EpisodesSpec,
    build_control_task,
    record,
    run_episodes,
)
from evosnn.tasks.control._run_stepped import drive_stepped
from tests.networks import random_network

CHIP = load_chip("risp-127")


class SignEncoder(Encoder):
    """The second of two inputs spikes in every timestep if a feature is above the middle."""

    closed_loop: ClassVar[bool] = True

    kind: Literal["sign"] = "sign"

    def n_inputs(self, n_features):
        return 2 * n_features

    def shortest_window(self):
        return 1, "a spike"

    def drive(self, x, timesteps, rng):
        both = np.stack([x < 0.5, x >= 0.5], axis=1).reshape(2 * len(x), x.shape[1])
        return np.broadcast_to(both, (timesteps, *both.shape))


class OddDecoder(Decoder):
    """A decoder that compares neither counts nor times."""

    kind: Literal["odd"] = "odd"

    def decide(self, response):
        return response.counts[:, 0]


def task(name, encoder, decoder=None):
    return build_control_task(
        name,
        encoder=encoder,
        decoder=decoder or MostSpikesDecoder(),
        timesteps=24,
        chip=CHIP,
        seed=SeedSequence(1),
        episodes=EpisodesSpec(train=3, validation=1, test=2, steps=25),
    )


def network(control):
    rng = np.random.default_rng(2)
    return random_network(
        rng, CHIP, neurons=control.n_inputs + 6, synapses=60,
        inputs=control.n_inputs, outputs=control.n_outputs,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["cartpole-easy", "pendulum"])
def test_both_loops_give_the_same_returns(name):
    control = task(name, SETTINGS[name].encoder)
    one = network(control)
    chips = draw_instances([one], CHIP, [WeightVariation(sigma=0.2)], 2, SeedSequence(3))
    compiled = run_episodes(control, [one], control.train, CHIP, chips)
    stepped = drive_stepped(control, [one], control.train, CHIP, chips)
    np.testing.assert_array_equal(compiled.returns, stepped.returns)


def test_an_encoder_that_is_not_compiled_runs_in_closed_loop():
    control = task("cartpole-easy", SignEncoder())
    one = network(control)
    found = run_episodes(control, [one], control.train, CHIP)
    recorded = record(control, one, control.train, CHIP)
    np.testing.assert_array_equal(found.returns[0, 0], recorded.returns)


def test_parts_for_samples_are_refused():
    with pytest.raises(SpecError, match=r"encoder 'rate' is for samples; .* takes 'argyle' or"):
        task("cartpole-easy", RateEncoder())
    with pytest.raises(SpecError, match=r"decoder 'odd' is for samples; .* takes 'first-spike' or"):
        task("cartpole-easy", SETTINGS["cartpole-easy"].encoder, OddDecoder())
