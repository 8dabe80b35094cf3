"""A control task: an environment, its training, validation and test episodes, and the score."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray
from pydantic import Field

from evosnn.chips import Chip
from evosnn.errors import SpecError
from evosnn.tasks.control._catalogue import SETTINGS, Setting
from evosnn.tasks.control._gymnasium import GymnasiumSpec, gymnasium_setting
from evosnn.tasks.decoders.base import Decoder
from evosnn.tasks.decoders.registry import DECODERS
from evosnn.tasks.encoders.base import Encoder
from evosnn.tasks.encoders.registry import ENCODERS
from evosnn.validation import Table

__all__ = ["ControlResult", "ControlTask", "Episodes", "EpisodesSpec", "build_control_task"]


class EpisodesSpec(Table):
    """Number and length of the episodes of a control task.

    Attributes:
        train: Number of start states that the search sees.
        validation: Number of start states by which networks are selected after the search.
        test: Number of start states that are reported and decide nothing.
        steps: Steps after which an episode ends; the environment's own if not given.
        test_steps: The same for the reported episodes; ``steps`` if not given.
    """

    train: int = Field(default=32, ge=1)
    validation: int = Field(default=48, ge=1)
    test: int = Field(default=100, ge=2)
    steps: int | None = Field(default=None, ge=1)
    test_steps: int | None = Field(default=None, ge=1)


@dataclass(frozen=True, eq=False)
class Episodes:
    """Episodes of a control task.

    Attributes:
        starts: ``(n_samples, n_state)`` float64, start states.
        steps: Steps after which an episode ends.
    """

    starts: NDArray[np.float64]
    steps: int

    @property
    def n_samples(self) -> int:
        """Number of episodes."""
        return len(self.starts)


@dataclass(frozen=True, eq=False)
class ControlTask:
    """An environment in which networks act, with its episodes.

    Attributes:
        setting: The environment, its encoded observations and its actions.
        encoder: Turns observations into spikes.
        decoder: Turns output spikes into an action; of a tie, that of the first output.
        timesteps: Length of the window of a step.
        train: Episodes that the search sees.
        validation: Episodes by which networks are selected after the search.
        test: Episodes that are reported and decide nothing.
    """

    setting: Setting
    encoder: Encoder
    decoder: Decoder
    timesteps: int
    train: Episodes
    validation: Episodes
    test: Episodes

    is_control: ClassVar[bool] = True
    notes: ClassVar[tuple[str, ...]] = ()
    score_name: ClassVar[str] = "score"
    unit: ClassVar[str] = "episodes"
    one_output_per_class: ClassVar[bool] = True

    @property
    def measure(self) -> str:
        """Unit of a return."""
        return self.setting.environment.measure

    @property
    def name(self) -> str:
        """Name for a person."""
        return self.setting.name

    @property
    def graded_spikes(self) -> int:
        """Lead of a pair's second output, in spikes, at which a graded action is the largest."""
        most: int = getattr(self.encoder, "max_spikes", self.timesteps)
        return most

    @property
    def first_spike(self) -> bool:
        """Whether the output that spikes first acts, and not the one with the most spikes."""
        return self.decoder.compares == "first" and not self.setting.graded

    @property
    def n_inputs(self) -> int:
        """Number of inputs of every network."""
        return self.encoder.n_inputs(len(self.setting.seen))

    @property
    def n_outputs(self) -> int:
        """Number of outputs of every network."""
        return len(self.setting.actions)

    @property
    def input_names(self) -> list[str]:
        """Name of each input: that of its observation, with a number from 0."""
        each = self.n_inputs // len(self.setting.seen)
        return [f"{name} [{k}]" for name in self.setting.feature_names for k in range(each)]

    @property
    def class_names(self) -> tuple[str, ...]:
        """Name of each action."""
        return tuple(name for name, _ in self.setting.actions)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Name of each output: that of its action."""
        return self.class_names

    def share(self, returns: Any, part: Episodes) -> Any:
        """Return the score of returns: 0 for the lowest possible return, 1 for the highest."""
        low, high = self._bounds(part)
        return (returns - low) / (high - low)

    def of_share(self, share: float, part: Episodes) -> float:
        """Return the return that has this score; the inverse of :meth:`share`."""
        low, high = self._bounds(part)
        return low + share * (high - low)

    def reported(self, share: float, part: str = "test") -> float:
        """Return the mean return that a score of 0 to 1 stands for."""
        return self.of_share(share, getattr(self, part))

    def reported_span(self, part: str = "test") -> tuple[float, float]:
        """Return the lowest and the highest return there could be."""
        return self._bounds(getattr(self, part))

    def least_requirements(self) -> dict[str, float]:
        """Return none: any return may be a start."""
        return {}

    def longest_delay(self, chip: Chip) -> int:
        """Return the chip's longest delay: in a closed loop a network remembers past windows."""
        return int(chip.synapse.delay.max)

    def digest(self) -> str:
        """Return a hash of the start states."""
        hasher = hashlib.blake2b(digest_size=16)
        for episodes in (self.train, self.validation, self.test):
            hasher.update(episodes.starts.tobytes())
        return hasher.hexdigest()

    def _bounds(self, part: Episodes) -> tuple[float, float]:
        """Return the returns of scores 0 and 1; those of an interpreted environment are given."""
        environment = self.setting.environment
        steps = environment.steps if environment.is_interpreted else part.steps
        return environment.least * steps, environment.most * steps


def build_control_task(
    spec: str | GymnasiumSpec,
    *,
    encoder: Encoder,
    decoder: Decoder,
    timesteps: int,
    chip: Chip,
    seed: SeedSequence,
    episodes: EpisodesSpec,
) -> ControlTask:
    """Draw the start states of a control task.

    Args:
        spec: One of :data:`SETTINGS`, or an environment of Gymnasium.
        encoder: Turns observations into spikes.
        decoder: Turns output spikes into an action.
        timesteps: Length of the window of a step.
        chip: Determines the charge of an input spike.
        seed: Seeds the start states; read and not spawned from.
        episodes: Number and length of the episodes.

    Raises:
        SpecError: If control tasks cannot use the encoder or decoder, or the window is too short.
    """
    encoder.check_window(timesteps)
    setting = SETTINGS[spec] if isinstance(spec, str) else gymnasium_setting(spec)
    _check_parts(setting.name, encoder, decoder)
    if chip.integer and chip.spike_value != round(chip.spike_value):
        raise SpecError(
            f"chip '{chip.name}' has spike_value {chip.spike_value:g}; it takes whole charges"
        )
    steps = episodes.steps or setting.environment.steps

    def drawn(number: int, n: int, steps: int) -> Episodes:
        key = (*seed.spawn_key, number)
        rng = np.random.default_rng(SeedSequence(seed.entropy, spawn_key=key))
        return Episodes(setting.environment.draw_starts(n, rng), steps)

    return ControlTask(
        setting=setting,
        encoder=encoder,
        decoder=decoder,
        timesteps=timesteps,
        train=drawn(0, episodes.train, steps),
        validation=drawn(1, episodes.validation, steps),
        test=drawn(2, episodes.test, episodes.test_steps or steps),
    )


def _check_parts(name: str, encoder: Encoder, decoder: Decoder) -> None:
    if not encoder.closed_loop:
        known = [kind for kind, part in ENCODERS.load_all()[0].items() if part.closed_loop]
        raise SpecError(
            f"encoder '{encoder.kind}' is for samples; control task '{name}' takes {_either(known)}"
        )
    if decoder.compares is None:
        known = [kind for kind, part in DECODERS.load_all()[0].items() if part.compares]
        raise SpecError(
            f"decoder '{decoder.kind}' is for samples; control task '{name}' takes {_either(known)}"
        )


def _either(names: list[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)


@dataclass(frozen=True, eq=False)
class ControlResult:
    """Returns and activity of networks in closed loop.

    Attributes:
        returns: ``(n_networks, n_instances, n_episodes)`` float64, sum of rewards.
        spikes: ``(n_networks,)`` float64, spikes of all used neurons in a window, mean.
        deliveries: ``(n_networks,)`` float64, synaptic deliveries in a window, mean.
    """

    returns: NDArray[np.float64]
    spikes: NDArray[np.float64]
    deliveries: NDArray[np.float64]
