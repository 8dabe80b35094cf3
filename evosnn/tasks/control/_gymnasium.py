"""Any environment of Gymnasium as a control task: slower, one step of Python a lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from evosnn.errors import SpecError
from evosnn.tasks._encode_bins import FlipFlopEncoder
from evosnn.tasks.control._environment import INTERPRETED, Environment
from evosnn.tasks.control._settings import Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evosnn.chips import Chip
    from evosnn.hardware import Instances
    from evosnn.network import Network
    from evosnn.tasks.control._task import ControlTask, Driven, Episodes

__all__ = ["GymnasiumSpec", "drive_interpreted", "gymnasium_setting"]

_FAR = 1e6  # a limit of an observation beyond this is none
_SEEDS = 2**31 - 1


def _ascending(pair: tuple[float, float]) -> tuple[float, float]:
    if not pair[0] < pair[1]:
        raise ValueError(f"takes [low, high] with low below high, got [{pair[0]:g}, {pair[1]:g}]")
    return pair


_Pair = Annotated[tuple[float, float], AfterValidator(_ascending)]


class GymnasiumSpec(BaseModel):
    """An environment that Gymnasium knows.

    Each discrete action is an output. Each number of a continuous action is two outputs, pull
    and push, in proportion to their spikes.

    Attributes:
        gymnasium: Its id, such as ``"LunarLander-v3"``.
        returns: The returns of an episode that count as worst and best, scores 0 and 1.
        limits: Least and largest value of each observation that the encoder tells apart; the
            environment's own if not given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gymnasium: str
    returns: _Pair
    limits: tuple[_Pair, ...] | None = Field(default=None, min_length=1)


def _load() -> Any:
    try:
        import gymnasium
    except ImportError:
        raise SpecError(
            "this task needs gymnasium, which is not installed: pip install 'evosnn[control]'"
        ) from None
    return gymnasium


def _made(name: str) -> Any:
    gymnasium = _load()
    try:
        return gymnasium.make(name)
    except gymnasium.error.Error as error:
        reason = " ".join(str(error).split())
        raise SpecError(f"task.gymnasium is '{name}'; Gymnasium says: {reason}") from None


def gymnasium_setting(spec: GymnasiumSpec) -> Setting:
    """Return the control task that a spec describes.

    Raises:
        SpecError: If Gymnasium is not installed or has no such environment, or its observations
            or actions are of no kind that a network can see or do.
    """
    gymnasium = _load()
    environment = _made(spec.gymnasium)
    seen, done = environment.observation_space, environment.action_space
    if not isinstance(seen, gymnasium.spaces.Box) or len(seen.shape) != 1:
        raise SpecError(
            f"'{spec.gymnasium}' shows {seen}; a network takes a row of numbers, Box(n,)"
        )
    graded = isinstance(done, gymnasium.spaces.Box) and len(done.shape) == 1
    if not graded and not isinstance(done, gymnasium.spaces.Discrete):
        raise SpecError(f"'{spec.gymnasium}' takes {done}; a network does Discrete(n) or Box(n,)")
    own = list(zip(seen.low.tolist(), seen.high.tolist(), strict=True))
    limits = spec.limits or tuple((float(low), float(high)) for low, high in own)
    if len(limits) != len(own):
        raise SpecError(
            f"task.limits has {len(limits)} pairs; '{spec.gymnasium}' has {len(own)} observations"
        )
    for k, (low, high) in enumerate(limits):
        if max(abs(low), abs(high)) > _FAR:
            raise SpecError(
                f"observation {k} of '{spec.gymnasium}' has no limits of its own; give task.limits,"
                f" {len(own)} pairs of [low, high]"
            )
    steps = environment.spec.max_episode_steps or 1000
    actions: tuple[tuple[str, float], ...]
    if graded:
        ends = zip(done.low.tolist(), done.high.tolist(), strict=True)
        actions = tuple(
            pair
            for k, (low, high) in enumerate(ends)
            for pair in ((f"pull {k}", float(low)), (f"push {k}", float(high)))
        )
    else:
        actions = tuple((f"action {k}", float(k + int(done.start))) for k in range(int(done.n)))
    return Setting(
        name=spec.gymnasium,
        description=f"{spec.gymnasium} of Gymnasium.",
        environment=Environment(
            gymnasium=spec.gymnasium,
            code=INTERPRETED,
            observations=tuple(f"observation {k}" for k in range(len(own))),
            limits=limits,
            start=((0.0, float(_SEEDS)),),
            steps=steps,
            least=spec.returns[0] / steps,
            most=spec.returns[1] / steps,
            measure="return",
        ),
        seen=tuple(range(len(own))),
        actions=actions,
        graded=graded,
        encoder=FlipFlopEncoder(),
    )


def drive_interpreted(
    task: ControlTask,
    networks: Sequence[Network],
    part: Episodes,
    chip: Chip,
    instances: Instances | None,
) -> Driven:
    """Run every network in closed loop; a start state is the seed of an episode."""
    from evosnn.simulation import Session
    from evosnn.tasks.control._task import Driven

    n_instances = instances.n_instances if instances else 1
    lanes = list(np.ndindex(n_instances, part.n_samples))
    worlds = [_made(task.setting.environment.gymnasium) for _ in lanes]
    returns = np.zeros((len(networks), n_instances, part.n_samples))
    spikes, deliveries = np.zeros(len(networks)), np.zeros(len(networks))
    neuron = synapse = 0
    for k, network in enumerate(networks):
        own = None
        if instances is not None:
            own = instances.networks(
                slice(neuron, neuron + network.n_neurons),
                slice(synapse, synapse + network.n_synapses),
            )
        neuron += network.n_neurons
        synapse += network.n_synapses
        session = Session(network, chip, part.n_samples, own)
        sights = [
            world.reset(seed=int(part.starts[lane[1], 0]))[0]
            for world, lane in zip(worlds, lanes, strict=True)
        ]
        going = np.ones(len(lanes), np.bool_)
        fires, windows = np.zeros(network.n_neurons, np.int64), 0
        for _ in range(part.steps):
            charge = _encoded(task, np.array(sights), going, chip)
            window = session.run(charge.reshape(*charge.shape[:2], n_instances, part.n_samples))
            fires += window.fires
            windows += len(lanes)
            for at in np.flatnonzero(going):
                counts = window.counts[:, *lanes[at]].astype(np.float64)
                if task.decoder.kind == "first-spike" and not task.setting.graded:
                    counts = -window.first[:, *lanes[at]].astype(np.float64)
                sights[at], reward, over, cut, _ = worlds[at].step(_action(task, counts))
                returns[k][lanes[at]] += float(reward)
                going[at] = not (over or cut)
            if not going.any():
                break
        spikes[k] = fires.sum() / windows
        deliveries[k] = fires[network.pre].sum() / windows
    return Driven(returns, spikes, deliveries)


def _encoded(
    task: ControlTask, sights: NDArray[Any], going: NDArray[np.bool_], chip: Chip
) -> NDArray[np.float64]:
    """``(timesteps, n_inputs, lanes)``, charges of what is seen; lanes that are over are silent."""
    low, high = np.array(task.setting.environment.limits).T
    x = np.clip((sights.astype(np.float64) - low) / (high - low), 0.0, 1.0)
    charge = task.encoder.encode(
        x,
        timesteps=task.timesteps,
        spike_value=chip.spike_value,
        integer=chip.integer,
        rng=np.random.default_rng(0),  # encoders of control tasks draw nothing
    ).charge
    return np.where(going, charge, 0.0)


def _action(task: ControlTask, counts: NDArray[np.float64]) -> Any:
    """What Gymnasium is told to do for these spikes of the outputs."""
    actions = task.setting.actions
    if not task.setting.graded:
        return int(actions[int(counts.argmax())][1])
    ends = np.array([force for _, force in actions]).reshape(-1, 2)
    lead = np.clip((counts[1::2] - counts[0::2]) / task.encoder.max_spikes, -1.0, 1.0)
    middle, reach = ends.mean(axis=1), (ends[:, 1] - ends[:, 0]) / 2
    return (middle + lead * reach).astype(np.float32)
