"""A classification task: a data set that is split, scaled and encoded, and its decoder.

Like a control task (:mod:`evosnn.tasks.control`) it has a name, numbers of inputs and outputs, and
three parts: the search sees ``train``, networks are selected by ``validation``, and ``test`` is
only reported. A network is scored in open loop: its response to a part's stimulus is decoded, and
correct answers are counted.
"""

from __future__ import annotations

import hashlib
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
    """Encoded samples with their classes.

    Attributes:
        stimulus: ``(timesteps, n_inputs, n_samples)``, charges of the inputs, in weight units.
        labels: ``(n_samples,)`` int64, class of each sample.
        features: ``(n_samples, length * n_features)`` float64, in the data's own units, without
            jitter; NaN where a value is missing.
        n_independent: Effective number of independent samples. Of overlapping windows of a
            series: the instants that they cover, divided by the length of a window; else
            ``n_samples``.
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
        name: Name for a person.
        n_inputs: Number of inputs of every network.
        n_outputs: Number of outputs of every network.
        feature_names: Name of each feature.
        class_names: Name of each class.
        train: Samples that the search sees.
        validation: Samples by which networks are selected after the search.
        test: Samples that are reported and decide nothing.
        encoder: Turns features into charges.
        decoder: Turns output spikes into a class.
        scaling: Maps features to 0..1.
        length: Number of instants of a sample, which share the window; 1 for samples without time.
        whole: All samples of the test part, where ``test`` is a balanced subset of them.
        notes: Sentences that a user should read, from the data set.
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
    notes: tuple[str, ...] = ()

    is_control: ClassVar[bool] = False
    score_name: ClassVar[str] = "accuracy"
    unit: ClassVar[str] = "samples"
    measure: ClassVar[str] = "share of samples"

    @property
    def input_names(self) -> list[str]:
        """Name of each input: that of its feature, with a number from 0 if that has several."""
        each = self.n_inputs // len(self.feature_names)
        if each == 1:
            return list(self.feature_names)
        return [f"{name} [{k}]" for name in self.feature_names for k in range(each)]

    @property
    def timesteps(self) -> int:
        """Length of the window of a sample, in timesteps."""
        return self.train.stimulus.timesteps

    def reported(self, share: float, part: str = "test") -> float:
        """Return an accuracy as it is."""
        del part
        return share

    def reported_span(self, part: str = "test") -> None:
        """Return nothing: an accuracy is reported as a share."""
        del part

    def least_requirements(self) -> dict[str, float]:
        """Return the accuracy just above that of the majority class on the training samples."""
        labels = self.train.labels
        majority = float(np.bincount(labels).max()) / labels.size
        return {"accuracy": majority + 1 / labels.size}

    def longest_delay(self, chip: Chip) -> None:
        """Return nothing: a delay is useful within the window."""
        del chip

    def digest(self) -> str:
        """Return a hash of the encoded samples and their labels."""
        hasher = hashlib.blake2b(digest_size=16)
        for part in (self.train, self.validation, self.test):
            hasher.update(part.stimulus.charge.tobytes())
            hasher.update(part.labels.tobytes())
        return hasher.hexdigest()

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
        """Return the number of samples of ``part`` that are answered correctly.

        Args:
            response: Output spikes in response to ``part.stimulus``.
            part: One of the task's parts.

        Returns:
            ``(n_networks, n_instances)`` int32, 0 to ``part.n_samples``.
        """
        return self.decoder.correct(response, part.labels)

    @property
    def one_output_per_class(self) -> bool:
        """Whether output ``k`` stands for class ``k``, and there are no other outputs."""
        return self.n_outputs == len(self.class_names)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Name of each output: its class, or its number where the decoder has other outputs."""
        if self.one_output_per_class:
            return self.class_names
        return tuple(f"output {k}" for k in range(self.n_outputs))

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
        encoder: Turns features into charges.
        decoder: Turns output spikes into a class.
        timesteps: Length of the window.
        chip: Determines the charge of an input spike, and whether charges are whole numbers.
        seed: Seeds the split, the jitter and the encoding. A seed sequence is read and not
            spawned from; use it for this task alone.
        base: Folder that a relative path starts from; the working directory if not given.
        split_spec: Shares of the parts; its defaults if not given.
        jitter_spec: Copies of training samples with noise; none if not given.

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
        notes=data.notes,
    )


def _independent(data: Dataset, samples: NDArray[np.int64]) -> int:
    """Return the number of samples, or of windows that fit side by side into what they cover."""
    if data.span is None:
        return int(samples.size)
    spans = data.span[samples]
    covered = np.zeros(int(spans[:, 1].max()), np.bool_)
    for start, end in spans.tolist():
        covered[start:end] = True
    return max(1, int(covered.sum()) // data.length)


def _stream(root: SeedSequence, *purpose: int) -> np.random.Generator:
    """Return the random stream of one purpose, the same at every call."""
    # root.spawn would not do: its children depend on the number of earlier calls.
    key = (*root.spawn_key, *purpose)
    return np.random.default_rng(SeedSequence(root.entropy, spawn_key=key))
