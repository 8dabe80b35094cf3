"""The campaign file: what to search for, for which chip, and when to stop."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from evosnn.errors import unknown_name
from evosnn.evolution import DEFAULT_RATES, OBJECTIVES
from evosnn.hardware import Mechanism, WeightVariation
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
    "CampaignSpec",
    "EngineSpec",
    "StopSpec",
    "score_name",
    "task_name",
]


_BASELINES = ("eons", "random")  # as the field has them: all chips for every network
_FEW = 3  # chips that a new network sees first, in control


def _known_objectives(bounds: dict[str, float]) -> dict[str, float]:
    for name, bound in bounds.items():
        if name not in OBJECTIVES:
            raise ValueError(unknown_name("objective", name, OBJECTIVES))
        if OBJECTIVES[name].maximise and not 0 <= bound <= 1:
            raise ValueError(f"{name} is a share of samples, 0 to 1, got {bound:g}")
    return bounds


class StopSpec(Table):
    """When a campaign ends: as soon as one of these is reached.

    Attributes:
        generations: Generations bred after the first population.
        evaluations: Networks measured, repeated measurements included.
        time: Seconds, summed over all runs of the campaign; compiling kernels is not counted,
            nor is measuring the final figures.
        target: Objective values, by name; reached when one network has them all.
        stagnation: Generations without a better hypervolume.
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


class EngineSpec(Table):
    """The search engine.

    Attributes:
        kind: ``"nsga2"``, ``"sms-emoa"``, ``"age-moea2"``, ``"nsga3"`` for many objectives;
            ``"islands"`` of NSGA-II; ``"eons"``, the field's scalar baseline; ``"random"``, the
            floor.
        islands: Islands only: how many there are.
        interval: Islands only: mean number of generations between two migrations.
        neuron_cost: EONS only: taken from the score for each neuron.
        synapse_cost: EONS only: taken from the score for each synapse.
        elites: EONS only: best networks that go on unchanged.
        strangers: EONS only: share of fresh random networks in each generation.
        tournament: EONS only: size of a tournament, as a share of the population.
        winner: EONS only: probability that the best of a tournament wins it.
    """

    kind: Literal["nsga2", "sms-emoa", "age-moea2", "nsga3", "islands", "eons", "random"] = "nsga2"
    islands: Annotated[int, Field(ge=2)] = 4
    interval: Annotated[float, Field(ge=1)] = 10.0
    neuron_cost: Annotated[float, Field(ge=0)] = 0.001
    synapse_cost: Annotated[float, Field(ge=0)] = 0.001
    elites: Annotated[int, Field(ge=1)] = 2
    strangers: Annotated[float, Field(ge=0, le=1)] = 0.1
    tournament: Annotated[float, Field(gt=0, le=1)] = 0.1
    winner: Annotated[float, Field(gt=0, le=1)] = 0.9


class LimitsSpec(Table):
    """The largest networks to search, if smaller than the chip.

    Attributes:
        neurons: Most neurons, inputs and outputs included.
        synapses: Most synapses.
        delay: Longest synaptic delay, in timesteps; half of the window if not given.
    """

    neurons: Annotated[int, Field(ge=2)] | None = None
    synapses: Annotated[int, Field(ge=1)] | None = None
    delay: Annotated[int, Field(ge=1)] | None = None


class VariationSpec(Table):
    """How new networks are made.

    Attributes:
        crossover: Share of children of two parents; the engine's own if not given.
        more: Probability of a further mutation after each one; likewise.
        rates: Relative rate of each mutation, by name; those not named keep the engine's.
        follow: Share of children made by mending what a parent gets wrong, in a classification;
            0 with linear starts and the engine's own without if not given.
        means: Share of random networks that are built on class means, likewise.
        polish: Networks around which steps are tried, for each new one; what helps makes new
            ones. If not given 0.2 in a control task and 0 in a classification; 0 for EONS.
    """

    crossover: Annotated[float, Field(ge=0, le=1)] | None = None
    more: Annotated[float, Field(ge=0, lt=1)] | None = None
    rates: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    follow: Annotated[float, Field(ge=0, le=1)] | None = None
    means: Annotated[float, Field(ge=0, le=1)] | None = None
    polish: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for name in self.rates:
            if name not in DEFAULT_RATES:
                raise ValueError(unknown_name("mutation", name, DEFAULT_RATES))
        if not any({**DEFAULT_RATES, **self.rates}.values()):
            raise ValueError("all rates are 0; a campaign needs a mutation")
        return self


def _kind_of(engine: Any) -> Any:
    """The kind of engine that a campaign's data name, in a word or a table."""
    return engine.get("kind") if isinstance(engine, dict) else engine


def _with_usual(data: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    """A campaign's data with what is usual for its task where it says nothing."""
    split = data.get("split", {})
    if isinstance(split, dict) and "split" in usual:
        data = {**data, "split": {**usual["split"], **split}}
    return {**usual, **data}


class CampaignSpec(Table):
    """A campaign.

    A control task brings its own encoder, window and objectives, and 7 instances: with the
    chip as drawn and 32 episodes they fill the simulator's vectors. What the file says goes
    before. So do data that are shown in time.

    Attributes:
        task: Name of a built-in task, or a table that names data or an environment.
        chip: Name of a chip in the catalogue, or a path to a chip's TOML file.
        seed: Seed of everything that is drawn.
        timesteps: Length of the window in which a sample is shown and answered.
        encoder: How features become input spikes.
        decoder: How output spikes become an answer.
        split: Shares of the samples for search, choice and report.
        episodes: How many episodes of a control task there are, and how long.
        jitter: How the search's samples are multiplied with noise on their features.
        mechanisms: What makes physical chips differ from the drawn one.
        instances: Physical chips that each measurement tries.
        screen: Physical chips that a new network is tried on first; the rest of the instances only
            see those that could join the front. 0: all see all. If not given 3 in a control task
            and 0 in a classification; 0 for EONS and random search.
        remeasure: Chips after which a surviving network is measured no more.
        objectives: What to make good.
        require: Values that a network must reach to be worth anything, by objective; an
            accuracy better than one answer for all samples if not given.
        engine: How to search.
        population: Size of the population.
        limits: The largest networks to search.
        variation: How new networks are made.
        start: Network files to start from.
        linear_starts: Whether to start a classification, beside random networks, from
            logistic regressions put on the chip.
        stop: When to stop.
        trials: Fresh physical chips behind the final figures.
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
    screen: Annotated[int, Field(ge=0)] = 0
    remeasure: Annotated[int, Field(ge=0)] = 256
    objectives: tuple[str, ...] = ("accuracy", "synapses", "resilience")
    require: dict[str, float] = Field(default_factory=dict)
    engine: EngineSpec = EngineSpec()
    population: Annotated[int, Field(ge=4, le=100_000)] = 100
    limits: LimitsSpec = LimitsSpec()
    variation: VariationSpec = VariationSpec()
    start: tuple[str, ...] = ()
    linear_starts: bool = True
    stop: StopSpec = StopSpec(generations=300)
    trials: Annotated[int, Field(ge=2, le=100_000)] = 200

    @model_validator(mode="before")
    @classmethod
    def _of_control(cls, data: Any) -> Any:
        task = data.get("task") if isinstance(data, dict) else None
        if isinstance(data, dict):
            data = _with_usual(data, usual_keys(task))
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
        if "screen" not in data and _kind_of(data.get("engine")) not in _BASELINES:
            # Worth its time in control alone: results/screening.md, results/ablation.md.
            few = isinstance(data["instances"], int | float) and data["instances"] <= _FEW
            data["screen"] = 0 if few else _FEW
        return data

    @field_validator("engine", mode="before")
    @classmethod
    def _engine_by_name(cls, value: Any) -> Any:
        if isinstance(value, str):
            kinds = get_args(EngineSpec.model_fields["kind"].annotation)
            if value not in kinds:
                raise ValueError(unknown_name("engine", value, kinds))
            return {"kind": value}
        return value

    @field_validator("require")
    @classmethod
    def _known_requirements(cls, bounds: dict[str, float]) -> dict[str, float]:
        return _known_objectives(bounds)

    @field_validator("objectives")
    @classmethod
    def _sensible_objectives(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in OBJECTIVES:
                raise ValueError(unknown_name("objective", name, OBJECTIVES))
        if len(set(names)) < len(names):
            raise ValueError("an objective is named twice")
        if not any(OBJECTIVES[name].maximise for name in names):
            raise ValueError("a campaign needs an objective to maximise, such as 'accuracy'")
        return names

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        faulty = [name for name in self.objectives if name.startswith("resilience")]
        if faulty and not self.mechanisms:
            raise ValueError(
                f"objective '{faulty[0]}' needs a mechanism that makes chips differ; name one, or "
                'set objectives = ["accuracy", "synapses"]'
            )
        if self.engine.kind == "islands" and self.population < 4 * self.engine.islands:
            raise ValueError(
                f"population is {self.population}; {self.engine.islands} islands take at least "
                f"{4 * self.engine.islands}"
            )
        for mechanism in self.mechanisms:
            begins = mechanism.starts_at
            if begins >= self.timesteps:
                raise ValueError(
                    f"mechanism '{mechanism.kind}' begins from timestep {begins}; the window has "
                    f"timesteps 0..{self.timesteps - 1}"
                )
        if self.engine.kind == "eons" and self.engine.elites >= self.population:
            raise ValueError(
                f"engine.elites is {self.engine.elites}; a population of {self.population} takes "
                f"at most {self.population - 1}"
            )
        return self

    @model_validator(mode="after")
    def _some_answer_earlier(self, info: ValidationInfo) -> Self:
        asked = {*self.objectives, *self.require, *self.stop.target}
        late = not self.decoder.answers_early and not is_control(self.task)
        if "latency" in asked and late and not (info.context or {}).get("begun"):
            raise ValueError(
                "objective 'latency' needs decoder = \"first-spike\"; what "
                f"'{self.decoder.kind}' answers is known at the end of the window, for all networks"
            )
        return self

    @model_validator(mode="after")
    def _judged_rightly(self) -> Self:
        right = score_name(self)
        wrong = "accuracy" if right == "score" else "score"
        if wrong in {*self.objectives, *self.require, *self.stop.target}:
            kind = "a control task" if right == "score" else "a classification task"
            raise ValueError(f"'{wrong}' is not measured on {kind}; it has '{right}'")
        return self

    @model_validator(mode="after")
    def _ends(self) -> Self:
        stop = self.stop
        if not (stop.generations is not None or stop.evaluations or stop.time or stop.stagnation):
            raise ValueError(
                "stop: nothing ends this campaign; give generations, evaluations, time or "
                "stagnation"
            )
        return self


def score_name(spec: CampaignSpec) -> str:
    """Return what a network's figure on samples or episodes is called: accuracy, or score."""
    return "score" if is_control(spec.task) else "accuracy"


def task_name(spec: CampaignSpec) -> str:
    """Return what a person calls the task of a spec."""
    if isinstance(spec.task, GymnasiumSpec):
        return spec.task.gymnasium
    return spec.task.title if isinstance(spec.task, DataSpec) else spec.task
