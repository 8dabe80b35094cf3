"""Environments that Gymnasium itself runs."""

import numpy as np
import pytest

from evosnn.campaign import CampaignSpec
from evosnn.chips import load_chip
from evosnn.errors import SpecError
from evosnn.hardware import WeightVariation, draw_instances
from evosnn.tasks import FlipFlopEncoder, MostSpikesDecoder
from evosnn.tasks.control import EpisodesSpec, GymnasiumSpec, build_control_task, run_episodes
from tests.tasks.control.test_run_compiled import _networks

gymnasium = pytest.importorskip(
    "gymnasium", reason="needs gymnasium: pip install 'evosnn[control]'"
)

CARTPOLE = GymnasiumSpec(
    gymnasium="CartPole-v1",
    returns=(0, 500),
    limits=((-2.4, 2.4), (-2.0, 2.0), (-0.209, 0.209), (-2.0, 2.0)),
)


def _task(spec, name="risp-7", *, episodes=4, steps=60):
    return build_control_task(
        spec,
        encoder=FlipFlopEncoder(),
        decoder=MostSpikesDecoder(),
        timesteps=24,
        chip=load_chip(name),
        seed=np.random.SeedSequence(5),
        episodes=EpisodesSpec(train=episodes, validation=2, test=2, steps=steps),
    )


def test_gymnasiums_cart_pole_is_ours():
    """The compiled environment, from the states that Gymnasium starts in, gives the same."""
    chip = load_chip("risp-7")
    theirs, ours = _task(CARTPOLE), _task("cartpole-easy")
    env = gymnasium.make("CartPole-v1")
    for episode, seed in enumerate(theirs.train.starts[:, 0]):
        ours.train.starts[episode] = env.reset(seed=int(seed))[0]
    networks = _networks(ours, chip, 5, seed=3)
    instances = draw_instances(
        networks, chip, [WeightVariation(sigma=0.3)], 3, np.random.SeedSequence(0)
    )
    for chips in (None, instances):
        a = run_episodes(theirs, networks, theirs.train, chip, chips)
        b = run_episodes(ours, networks, ours.train, chip, chips)
        np.testing.assert_array_equal(a.returns, b.returns)


def test_continuous_actions_are_pairs_of_outputs():
    spec = GymnasiumSpec(gymnasium="Pendulum-v1", returns=(-1600, 0))
    task = _task(spec, steps=10)
    assert [name for name, _ in task.setting.actions] == ["pull 0", "push 0"]
    chip = load_chip("risp-7")
    returns = run_episodes(task, _networks(task, chip, 2, seed=1), task.train, chip).returns
    assert (returns < 0).all()
    assert task.share(np.array(-800.0), task.train) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gymnasium": "CartPole-v9"}, "task.gymnasium is 'CartPole-v9'; Gymnasium says"),
        ({"limits": None}, "observation 1 of 'CartPole-v1' has no limits of its own"),
        ({"limits": ((0, 1),)}, "task.limits has 1 pairs; 'CartPole-v1' has 4 observations"),
        ({"gymnasium": "FrozenLake-v1"}, "a network takes a row of numbers"),
    ],
)
def test_what_a_network_cannot_do_is_one_sentence(changes, said):
    with pytest.raises(SpecError, match=said):
        _task(CARTPOLE.model_copy(update=changes))


def test_a_campaign_file_names_an_environment():
    spec = CampaignSpec.model_validate(
        {"task": {"gymnasium": "CartPole-v1", "returns": [0, 500]}, "chip": "risp-7"}
    )
    assert spec.objectives == ("score", "synapses", "resilience")
    assert CampaignSpec.model_validate_json(spec.model_dump_json()) == spec
