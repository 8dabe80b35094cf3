"""The data model of a campaign file: task, chip, objectives, engine, and when to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from evosnn.evolution import (
    DEFAULT_RATES,
    ENGINES,
    OBJECTIVES,
    OPERATORS,
    EngineSpec,
    engine_table,
)
from evosnn.hardware import Mechanism, WeightVariation
from evosnn.renamed_keys import rename_keys
from evosnn.tasks import (
    ArgyleEncoder,
    DataSpec,
    DecoderSpec,
    EncoderSpec,
    JitterSpec,
    MostSpikesDecoder,
    SplitSpec,
    TaskSpec,
    usual_keys,
)
from evosnn.tasks.control import SETTINGS, EpisodesSpec, GymnasiumSpec, is_control
from evosnn.validation import Table

__all__ = [
    "RENAMED_KEYS",
    "CampaignSpec",
    "StopSpec",
    "score_name",
    "task_name",
]


RENAMED_KEYS = {
    "screen": "racing_instances",
    "variation.follow": "variation.error_guided",
    "variation.means": "variation.class_means",
    "variation.more": "variation.extra_mutation",
    "variation.polish": "variation.local_search",
    "engine.strangers": "engine.random_immigrants",
}
"""Current name of each key of a campaign file that was renamed since version 0.1.0."""

_RACING = 3  # instances that a new network is measured on first, in control


if TYPE_CHECKING:
    _Engine = EngineSpec
else:
    _Engine = engine_table()


def _known_objectives(bounds: dict[str, float]) -> dict[str, float]:
    for name, bound in bounds.items():
        if name not in OBJECTIVES:
            raise ValueError(OBJECTIVES.unknown(name))
        if OBJECTIVES[name].is_share and not 0 <= bound <= 1:
            raise ValueError(f"{name} is a {OBJECTIVES[name].unit}, 0 to 1, got {bound:g}")
    return bounds


class StopSpec(Table):
    """When a campaign stops: as soon as one of these is reached.

    Attributes:
        generations: Number of generations after the first population.
        evaluations: Number of measurements of a network, repeated ones included.
        time: Seconds, summed over all runs of the campaign; compiling kernels and measuring the
            final figures do not count.
        target: Values of objectives, by name; reached when one network has them all.
        stagnation: Number of generations without a larger hypervolume.
    """

    generations: Annotated[int, Field(ge=0)] | None = None
    evaluations: Annotated[int, Field(ge=1)] | None = None
    time: Annotated[float, Field(gt=0)] | None = None
    target: dict[str, float] = Field(default_factory=dict)
    stagnation: Annotated[int, Field(ge=1)] | None = None

    @field_validator("target")
    @classmethod
    def _known(cls, target: dict[str, float]) -> dict[str, float]:
        return _known_objectives(target)


class LimitsSpec(Table):
    """The largest networks of the search, if smaller than the chip's.

    Attributes:
        neurons: Most neurons, inputs and outputs included.
        synapses: Most synapses.
        delay: Longest synaptic delay, in timesteps; half of the window if not given.
    """

    neurons: Annotated[int, Field(ge=2)] | None = None
    synapses: Annotated[int, Field(ge=1)] | None = None
    delay: Annotated[int, Field(ge=1)] | None = None


class VariationSpec(Table):
    """Shares and rates of the ways to make new networks.

    Attributes:
        crossover: Share of children of two parents; the engine's default if not given.
        extra_mutation: Probability of a further mutation after each one; likewise.
        rates: Relative rate of each mutation, by name; the others have the engine's default.
        error_guided: Share of children that take a step of the delta rule away from their
            parent's errors, in a classification. If not given 0 with linear starts, and the
            engine's default without.
        class_means: Share of random networks whose weights are differences of class means;
            likewise.
        local_search: Networks whose neighbourhood is searched, for each child; improvements are
            some of the children. If not given 0.2 in a control task and 0 in a classification; 0
            for EONS.
    """

    crossover: Annotated[float, Field(ge=0, le=1)] | None = None
    extra_mutation: Annotated[float, Field(ge=0, lt=1)] | None = None
    rates: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    error_guided: Annotated[float, Field(ge=0, le=1)] | None = None
    class_means: Annotated[float, Field(ge=0, le=1)] | None = None
    local_search: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _known_rates(self) -> Self:
        for name, rate in self.rates.items():
            if name not in OPERATORS:
                raise ValueError(OPERATORS.unknown(name))
            if rate:  # a package's operator that is broken is noticed here
                OPERATORS[name]
        if not any({**DEFAULT_RATES, **self.rates}.values()):
            raise ValueError("all rates are 0; a campaign needs at least one mutation")
        return self


def _is_baseline(engine: Any) -> bool:
    """Whether a campaign's data name an engine that is a baseline, in a word or a table."""
    kind = engine.get("kind") if isinstance(engine, dict) else engine
    spec = engine if isinstance(engine, EngineSpec) else ENGINES.load_all()[0].get(str(kind))
    return spec is not None and spec.baseline


def _has_begun(info: ValidationInfo) -> bool:
    """Whether a campaign that has begun is read: an earlier version may have written its spec."""
    return bool((info.context or {}).get("begun"))


def _with_defaults(data: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """Return a campaign's data, with the task's defaults for the keys that it lacks."""
    split = data.get("split", {})
    if isinstance(split, dict) and "split" in defaults:
        data = {**data, "split": {**defaults["split"], **split}}
    return {**defaults, **data}


class CampaignSpec(Table):
    """A campaign.

    A control task sets defaults of its own for encoder, window and objectives, and 7 instances:
    with the nominal chip and 32 episodes they fill the simulator's vectors. Data that are shown in
    time have defaults of their own too. Keys of the file take precedence.

    Attributes:
        task: Name of a built-in task, or a table that names data or an environment.
        chip: Name of a chip in the catalogue, or path of a chip's TOML file.
        seed: Seed of all random draws.
        timesteps: Length of the window in which a sample is presented and answered.
        encoder: How features become input spikes.
        decoder: How output spikes become an answer.
        split: Shares of the samples for training, validation and test.
        episodes: Number of episodes of a control task, and their length.
        jitter: Copies of the training samples with noise on their features.
        mechanisms: Variation and faults of physical chips, relative to the nominal one.
        instances: Physical chips that each measurement simulates.
        racing_instances: Physical chips that a new network is measured on first; only those that
            could then join the front are measured on the other instances. 0 measures all networks
            on all instances. If not given 3 in a control task and 0 in a classification; 0 for
            EONS and random search.
        remeasure: Chips after which a surviving network is measured no more.
        objectives: Names of the objectives; the first one leads plots and tables.
        require: Bounds on objectives, by name; networks that miss one rank last. In a
            classification the default is to beat the majority class.
        engine: The search engine and its settings.
        population: Size of the population.
        limits: The largest networks of the search.
        variation: Shares and rates of the ways to make new networks.
        start: Network files whose networks are in the first population.
        linear_starts: Whether logistic regressions, rounded to the chip's weights, are in the
            first population of a classification.
        stop: When to stop.
        trials: New physical chips on which the final figures are measured.
    """

    task: TaskSpec
    chip: str
    seed: Annotated[int, Field(ge=0)] = 1
    timesteps: Annotated[int, Field(ge=2, le=32_000)] = 32
    encoder: EncoderSpec = ArgyleEncoder()
    decoder: DecoderSpec = MostSpikesDecoder()
    split: SplitSpec = SplitSpec()
    jitter: JitterSpec = JitterSpec()
    episodes: EpisodesSpec = EpisodesSpec()
    mechanisms: tuple[Mechanism, ...] = (WeightVariation(sigma=0.1),)
    instances: Annotated[int, Field(ge=1, le=10_000)] = 16
    racing_instances: Annotated[int, Field(ge=0)] = 0
    remeasure: Annotated[int, Field(ge=0)] = 256
    objectives: tuple[str, ...] = ("accuracy", "synapses", "resilience")
    require: dict[str, float] = Field(default_factory=dict)
    engine: _Engine = Field("nsga2", validate_default=True)
    population: Annotated[int, Field(ge=4, le=100_000)] = 100
    limits: LimitsSpec = LimitsSpec()
    variation: VariationSpec = VariationSpec()
    start: tuple[str, ...] = ()
    linear_starts: bool = True
    stop: StopSpec = StopSpec(generations=300)
    trials: Annotated[int, Field(ge=2, le=100_000)] = 200

    @model_validator(mode="before")
    @classmethod
    def _fill_in_defaults(cls, data: Any, info: ValidationInfo) -> Any:
        task = data.get("task") if isinstance(data, dict) else None
        if isinstance(data, dict):
            data = rename_keys(data, RENAMED_KEYS, notify=not _has_begun(info))
            data = _with_defaults(data, usual_keys(task))
        control = is_control(task) or (isinstance(task, dict) and "gymnasium" in task)
        if not control:
            return data
        known = SETTINGS.get(task) if isinstance(task, str) else None
        own = {
            "encoder": known.encoder.model_dump() if known else {"kind": "flip-flop"},
            "timesteps": known.timesteps if known else 24,
            "objectives": ("score", "synapses", "resilience"),
            "instances": 7,
        }
        data = {**own, **data}
        if "racing_instances" not in data and not _is_baseline(data.get("engine")):
            # Worth its time in control alone: screening.md and ablation.md in results/studies.
            few = isinstance(data["instances"], int | float) and data["instances"] <= _RACING
            data["racing_instances"] = 0 if few else _RACING
        return data

    @field_validator("require")
    @classmethod
    def _known_requirements(cls, bounds: dict[str, float]) -> dict[str, float]:
        return _known_objectives(bounds)

    @field_validator("objectives")
    @classmethod
    def _known_objective_names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in OBJECTIVES:
                raise ValueError(OBJECTIVES.unknown(name))
        if len(set(names)) < len(names):
            raise ValueError("an objective is named twice")
        if not any(OBJECTIVES[name].maximise for name in names):
            raise ValueError("a campaign needs an objective to maximise, such as 'accuracy'")
        return names

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        faulty = [name for name in self.objectives if OBJECTIVES[name].needs_mechanisms]
        if faulty and not self.mechanisms:
            raise ValueError(
                f"objective '{faulty[0]}' needs a mechanism that makes chips differ; name one, or "
                'set objectives = ["accuracy", "synapses"]'
            )
        self.engine.check_population(self.population)
        for mechanism in self.mechanisms:
            begins = mechanism.starts_at
            if begins >= self.timesteps:
                raise ValueError(
                    f"mechanism '{mechanism.kind}' begins from timestep {begins}; the window has "
                    f"timesteps 0..{self.timesteps - 1}"
                )
        return self

    @model_validator(mode="after")
    def _latency_can_differ(self, info: ValidationInfo) -> Self:
        asked = {*self.objectives, *self.require, *self.stop.target}
        late = not self.decoder.answers_early and not is_control(self.task)
        if "latency" in asked and late and not _has_begun(info):
            raise ValueError(
                "objective 'latency' needs decoder = \"first-spike\"; what "
                f"'{self.decoder.kind}' answers is known at the end of the window, for all networks"
            )
        return self

    @model_validator(mode="after")
    def _score_of_the_task(self) -> Self:
        right = score_name(self)
        wrong = "accuracy" if right == "score" else "score"
        if wrong in {*self.objectives, *self.require, *self.stop.target}:
            kind = "a control task" if right == "score" else "a classification task"
            raise ValueError(f"'{wrong}' is not measured on {kind}; it has '{right}'")
        return self

    @model_validator(mode="after")
    def _stops(self) -> Self:
        stop = self.stop
        if not (stop.generations is not None or stop.evaluations or stop.time or stop.stagnation):
            raise ValueError(
                "stop: nothing ends this campaign; give generations, evaluations, time or "
                "stagnation"
            )
        return self


def score_name(spec: CampaignSpec) -> str:
    """Return the name of the objective of right answers or returns: accuracy, or score."""
    return "score" if is_control(spec.task) else "accuracy"


def task_name(spec: CampaignSpec) -> str:
    """Return the task's name, for tables and reports."""
    if isinstance(spec.task, GymnasiumSpec):
        return spec.task.gymnasium
    return spec.task.title if isinstance(spec.task, DataSpec) else spec.task
