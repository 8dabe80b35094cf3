"""Environments that Gymnasium itself runs."""

import numpy as np
import pytest

from evosnn.campaign import CampaignSpec
from evosnn.chips import load_chip
from evosnn.errors import SpecError
from evosnn.hardware import WeightVariation, draw_instances
from evosnn.tasks import FlipFlopEncoder, MostSpikesDecoder
from evosnn.tasks.control import EpisodesSpec, GymnasiumSpec, build_control_task, run_episodes
from evosnn.tasks.control._live_environments import live_environments
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
        ({"gymnasium": "FrozenLake-v1"}, "limits has 4 pairs; 'FrozenLake-v1' has 16 observations"),
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


ROBOT = """
import gymnasium
import numpy as np
from gymnasium import spaces


class Robot(gymnasium.Env):
    observation_space = spaces.Dict(
        {
            "arm": spaces.Box(-1, 1, (2, 2)),
            "grip": spaces.Discrete(2, start=1),
            "feet": spaces.MultiDiscrete([2, 3]),
        }
    )
    action_space = spaces.Discrete(2)

    def __init__(self, fault=""):
        self.fault = fault
        if fault == "made":
            raise FileNotFoundError("arm.xml")

    def seen(self):
        arm = np.full((2, 2), np.nan if self.fault == "nan" else 0.5)
        return {"arm": arm, "grip": 2, "feet": np.array([1, 2])}

    def reset(self, seed=None, options=None):
        if self.fault == "reset":
            raise RuntimeError("the motor is off")
        return self.seen() if self.fault == "old" else (self.seen(), {})

    def step(self, action):
        if self.fault == "step":
            raise ValueError("joint 2 is stuck")
        if self.fault == "old step":
            return self.seen(), 1.0, False, {}
        return self.seen(), "much" if self.fault == "reward" else 1.0, False, False, {}


gymnasium.register("Robot-v0", entry_point=Robot, disable_env_checker=True)
"""


@pytest.fixture(scope="module")
def robot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("robot")
    (folder / "robot_of_a_user.py").write_text(ROBOT)

    def spec(**kwargs):
        name = "robot_of_a_user:Robot-v0"
        return GymnasiumSpec(gymnasium=name, returns=(0, 9), kwargs=kwargs).within(folder)

    return spec


def test_a_module_beside_the_file_is_found_and_observations_are_flattened(robot):
    task = _task(robot(), steps=3)
    space = gymnasium.make(robot().gymnasium).observation_space
    flat = gymnasium.spaces.flatten(
        space, {"arm": np.full((2, 2), 0.5), "grip": 2, "feet": np.array([1, 2])}
    )
    assert len(task.setting.environment.observations) == flat.size == 11
    environments = live_environments(task, 1)
    environments.start(task.train.starts[:1])
    np.testing.assert_array_equal(environments.look()[0], flat)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("made", "making it raises FileNotFoundError: arm.xml"),
        ("reset", "reset raises RuntimeError: the motor is off"),
        ("old", r"reset returns dict; it takes \(observation, info\)"),
        ("step", "step raises ValueError: joint 2 is stuck"),
        ("old step", r"step returns 4 values; it takes \(observation, reward, terminated"),
        ("reward", "step returns str; it takes a number as reward"),
        ("nan", "an observation of reset holds NaN"),
    ],
)
def test_whatever_an_environment_does_wrong_is_one_sentence(robot, fault, said):
    def play():
        environments = live_environments(_task(robot(fault=fault), steps=3), 1)
        environments.start(np.zeros((1, 1)))
        environments.act(0, np.array([1.0, 0.0]))

    with pytest.raises(SpecError, match=f"environment 'robot_of_a_user:Robot-v0': {said}"):
        play()
    with pytest.raises(SpecError, match="making it raises TypeError"):
        _task(robot(size=3))


@pytest.mark.parametrize(("name", "n"), [("FrozenLake-v1", 16), ("Blackjack-v1", 45)])
def test_discrete_observations_are_one_hot(name, n):
    task = _task(GymnasiumSpec(gymnasium=name, returns=(-10, 10)), steps=4)
    assert len(task.setting.environment.observations) == n
    environments = live_environments(task, 1)
    environments.start(task.train.starts[:1])
    assert set(environments.look()[0]) == {0, 1}
