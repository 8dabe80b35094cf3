"""A classification task: what a network is shown, and how well it answers.

The rooms above need little of a task, and a control task (episodes of an environment, with an
encoder for its observations and a decoder for its actions) can stand beside this one by
offering the same:

- ``name``, and ``n_inputs`` and ``n_outputs``, which every network of a campaign has;
- three parts that a search may see (``train``), choose by (``validation``) and report
  (``test``): samples here, sets of episodes there;
- a score of a population on one part and many chip instances, ``(n_networks, n_instances)``.
  Here it is open loop: simulate ``part.stimulus``, then :meth:`ClassificationTask.correct`
  (a count out of ``part.n_samples``). In control the simulation would be stepped, and the
  score a mean return.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray

from evosnn.chips import Chip
from evosnn.errors import DataError
from evosnn.simulation import Response, Stimulus
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.jitter import JitterSpec, jitter
from evosnn.tasks.data.registry import SampleSpec, load_dataset
from evosnn.tasks.data.scaling import Scaling
from evosnn.tasks.data.split import SplitSpec, split
from evosnn.tasks.decoders.base import Decoder
from evosnn.tasks.encoders.base import Encoder

if TYPE_CHECKING:
    from evosnn.simulation import Scorer

__all__ = ["ClassificationTask", "Part", "build_task"]

_SPLIT, _ENCODING, _JITTER, _DATA = 0, 1, 2, 3  # purposes of the random streams
_TRAIN, _VALIDATION, _TEST, _WHOLE = 0, 1, 2, 3


@dataclass(frozen=True, eq=False)
class Part:
    """Samples as a network sees them.

    Attributes:
        stimulus: ``(timesteps, n_inputs, n_samples)``, what is fed to the inputs.
        labels: ``(n_samples,)`` int64, class of each sample.
        features: ``(n_samples, length * n_features)`` float64, as the data set has them,
            neither scaled nor jittered; a missing value is NaN.
        n_independent: How many samples that share nothing its samples are worth: of windows
            of a series that overlap, the instants they cover over a window's; else all.
    """

    stimulus: Stimulus
    labels: NDArray[np.int64]
    features: NDArray[np.float64]
    n_independent: int

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return int(self.labels.size)


@dataclass(frozen=True, eq=False)
class ClassificationTask:
    """A data set, split, scaled and encoded for a chip.

    Attributes:
        name: What a person calls it.
        n_inputs: Inputs of every network.
        n_outputs: Outputs of every network.
        feature_names: Name of each feature.
        class_names: Name of each class.
        train: What the search sees.
        validation: What chooses among the networks that the search found.
        test: What is reported and decides nothing.
        encoder: How a sample became charge.
        decoder: How output spikes become a class.
        scaling: How a sample's features were brought to 0..1.
        length: Instants of a sample, which share the window; 1 if it has no time in it.
        whole: All samples of the test part, where ``test`` is a balanced choice of them.
    """

    name: str
    n_inputs: int
    n_outputs: int
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    train: Part
    validation: Part
    test: Part
    encoder: Encoder
    decoder: Decoder
    scaling: Scaling
    length: int = 1
    whole: Part | None = None

    is_control: ClassVar[bool] = False
    """Whether networks act in an environment instead of answering samples."""

    @property
    def input_names(self) -> list[str]:
        """Name of each input: its feature, numbered from 0 where a feature has several."""
        each = self.n_inputs // len(self.feature_names)
        if each == 1:
            return list(self.feature_names)
        return [f"{name} [{k}]" for name in self.feature_names for k in range(each)]

    @property
    def timesteps(self) -> int:
        """Length of the window in which a sample is shown and answered."""
        return self.train.stimulus.timesteps

    def encode(self, x: ArrayLike, chip: Chip) -> Stimulus:
        """Return raw samples as the input that a network of this task takes.

        Args:
            x: ``(n_samples, length * n_features)``, in the data's own units; NaN where a value is
                missing. Values are scaled as the training part's were.
            chip: Says what charge an input spike has and whether charges are whole.

        Returns:
            ``(timesteps, n_inputs, n_samples)``. An encoder that draws spikes at random draws them
            from seed 0.

        Raises:
            DataError: If ``x`` has another shape, or holds something else than numbers.
        """
        n_features = len(self.feature_names)
        try:
            raw = np.asarray(x, dtype=np.float64)
        except (TypeError, ValueError):
            raise DataError(f"task '{self.name}' takes samples of numbers") from None
        if raw.ndim != 2 or raw.shape[1] != self.length * n_features:
            raise DataError(
                f"x has shape {raw.shape}; task '{self.name}' takes (n_samples, "
                f"{self.length * n_features})"
            )
        if np.isinf(raw).any():
            raise DataError("x holds an infinite value; give a finite one, or NaN if it is missing")
        scaled = self.scaling.apply(raw.reshape(-1, n_features)).reshape(len(raw), -1)
        shown: NDArray[Any] = scaled
        encode = self.encoder.encode
        if self.length > 1:
            shown = scaled.reshape(len(raw), self.length, n_features)
            encode = self.encoder.encode_sequence
        return encode(
            shown,
            timesteps=self.timesteps,
            spike_value=chip.spike_value,
            integer=chip.integer,
            rng=np.random.default_rng(0),
        )

    def correct(self, response: Response, part: Part) -> NDArray[np.int32]:
        """Return how many samples of ``part`` are answered correctly.

        Args:
            response: What the outputs did when fed ``part.stimulus``.
            part: One of the task's parts.

        Returns:
            ``(n_networks, n_instances)`` int32, 0 to ``part.n_samples``.
        """
        return self.decoder.correct(response, part.labels)

    @property
    def one_output_per_class(self) -> bool:
        """Whether output ``k`` stands for class ``k``, and there are no other outputs."""
        return self.n_outputs == len(self.class_names)

    def scorer(self, part: Part) -> Scorer | None:
        """Return an object with which the simulator counts correct answers on ``part`` by itself.

        ``None`` if the decoder has a rule of its own: :meth:`correct` counts then.
        """
        return self.decoder.scorer(part.labels, self.n_outputs)


def build_task(
    spec: SampleSpec | Dataset,
    *,
    encoder: Encoder,
    decoder: Decoder,
    timesteps: int,
    chip: Chip,
    seed: int | SeedSequence,
    base: Path | None = None,
    split_spec: SplitSpec | None = None,
    jitter_spec: JitterSpec | None = None,
) -> ClassificationTask:
    """Load a data set, split it, scale it by its training part and encode it.

    The split depends on ``seed``, ``split_spec`` and the data alone: another encoder sees the
    same samples in the same parts.

    Args:
        spec: The name of a built-in task, a table of a campaign file that names data, or a data
            set.
        encoder: Turns features into charge.
        decoder: Turns output spikes into a class.
        timesteps: Length of the window.
        chip: Says what charge an input spike has and whether charges are whole.
        seed: Seeds the split and the encoding. A seed sequence is read and not spawned from;
            it should be this task's own.
        base: Folder that a relative path starts from; the working directory if not given.
        split_spec: Shares of the parts; its defaults if not given.
        jitter_spec: How training samples are multiplied with noise; not at all if not given.

    Raises:
        SpecError: If there is no such task, or the window is too short for the encoder.
        DataError: If the data cannot be read, or a class is too small to split.
    """
    encoder.check_window(timesteps)
    root = seed if isinstance(seed, SeedSequence) else SeedSequence(seed)
    data = spec if isinstance(spec, Dataset) else load_dataset(spec, base, _stream(root, _DATA))
    how = split_spec or SplitSpec()
    draw = (_SPLIT,) if how.repeat == 1 else (_SPLIT, how.repeat)
    parts = split(data, how, _stream(root, *draw))
    scaling = Scaling.fit(data.x[parts.train].reshape(-1, data.n_features))

    def encoded(samples: NDArray[np.int64], number: int) -> Part:
        x = scaling.apply(data.x[samples].reshape(-1, data.n_features))
        x, y = x.reshape(samples.size, -1), data.y[samples]
        if number == _TRAIN and jitter_spec is not None:
            x, y = jitter(x, y, jitter_spec, _stream(root, _JITTER))
        encode = encoder.encode
        if data.length > 1:
            x, encode = x.reshape(len(x), data.length, -1), encoder.encode_sequence
        stimulus = encode(
            x,
            timesteps=timesteps,
            spike_value=chip.spike_value,
            integer=chip.integer,
            rng=_stream(root, _ENCODING, number),
        )
        shown = np.tile(data.x[samples], (y.size // samples.size, 1))
        return Part(stimulus, y, shown, _independent(data, samples))

    return ClassificationTask(
        name=data.name,
        n_inputs=encoder.n_inputs(data.n_features),
        n_outputs=decoder.n_outputs(data.n_classes),
        feature_names=data.feature_names,
        class_names=data.class_names,
        train=encoded(parts.train, _TRAIN),
        validation=encoded(parts.validation, _VALIDATION),
        test=encoded(parts.test, _TEST),
        encoder=encoder,
        decoder=decoder,
        scaling=scaling,
        length=data.length,
        whole=encoded(parts.whole, _WHOLE) if how.balance else None,
    )


def _independent(data: Dataset, samples: NDArray[np.int64]) -> int:
    """The samples, or as many windows as fit one by one into the instants that they cover."""
    if data.span is None:
        return int(samples.size)
    spans = data.span[samples]
    covered = np.zeros(int(spans[:, 1].max()), np.bool_)
    for start, end in spans.tolist():
        covered[start:end] = True
    return max(1, int(covered.sum()) // data.length)


def _stream(root: SeedSequence, *purpose: int) -> np.random.Generator:
    """Return the random stream of one purpose, the same at every call."""
    # Not root.spawn, whose children depend on how often it was called before.
    key = (*root.spawn_key, *purpose)
    return np.random.default_rng(SeedSequence(root.entropy, spawn_key=key))
