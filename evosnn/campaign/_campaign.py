"""Campaigns: opened to run or to read, with their spec, their store and their figures.

Reading stays cheap: the problem (task, chip, evaluator) and the search (breeder, engine) are built
only where something must be measured or bred.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from evosnn.campaign._progress import OnMeasured, Progress, StopReason, ignore_progress
from evosnn.campaign._resume import (
    load_spec,
    refuse_different_spec,
    refuse_removed_options,
    stored_spec,
)
from evosnn.campaign._store import SPEC, Store
from evosnn.campaign._task_summary import TaskSummary, dump_summary, parse_summary, summarise
from evosnn.campaign.figures.cache import (
    Figures,
    figures_state,
    load_figures,
    remove_figures,
    save_figures,
)
from evosnn.campaign.spec.model import CampaignSpec
from evosnn.chips import Chip, load_chip
from evosnn.evolution import Individual, Objective, objectives_by_name
from evosnn.files import write_text

if TYPE_CHECKING:
    from evosnn.campaign._problem import Problem
    from evosnn.campaign._search import Search

__all__ = ["Campaign"]


class Campaign:
    """An open campaign; make one with :meth:`start` or :meth:`load`.

    Attributes:
        spec: The frozen spec.
        store: Every network that was measured, with its records.
    """

    def __init__(
        self,
        spec: CampaignSpec,
        store: Store,
        threads: int | None = None,
        on_measured: OnMeasured = ignore_progress,
    ) -> None:
        self.spec = spec
        self.store = store
        self._threads = threads
        self._on_measured = on_measured
        self._problem: Problem | None = None
        self._search: Search | None = None
        self._figures: tuple[str, Figures] | None = None  # of a state, where no run has ended

    @classmethod
    def start(cls, spec: CampaignSpec, folder: str | Path, threads: int | None = None) -> Self:
        """Open the campaign of ``spec`` in ``folder``: a new one, or go on with what is there.

        Raises:
            StoreError: If the folder holds a campaign whose spec differs or asks for what only an
                earlier version has, or another process runs it and what may change of the spec
                does.
            EvosnnError: What :func:`build_problem` raises, of a new campaign.
        """
        from evosnn.campaign._problem import build_problem
        from evosnn.campaign._search import build_search

        folder = Path(folder)
        frozen = folder / SPEC
        before = load_spec(folder) if frozen.exists() else None
        if before:
            refuse_removed_options(folder)
            refuse_different_spec(before, spec, folder)
        problem = search = None
        if not before:  # built before the folder is made: a wrong spec leaves no folder
            problem = build_problem(spec, threads)
            search = build_search(spec, problem, threads)
        store = Store(folder, create=True)
        stored = stored_spec(store)
        if stored:  # the file may have been lost or edited
            refuse_different_spec(stored, spec, folder)
        if before != spec:
            with store.claimed():  # not under the feet of a process that runs it
                write_text(frozen, spec.model_dump_json(indent=1) + "\n")
                if before and before.trials != spec.trials:
                    store.record_final({}, {})
        campaign = cls(spec, store, threads)
        campaign._problem, campaign._search = problem, search
        return campaign

    @classmethod
    def load(
        cls,
        folder: str | Path,
        threads: int | None = None,
        on_measured: OnMeasured = ignore_progress,
    ) -> Self:
        """Open the campaign in ``folder`` to read from it.

        Args:
            folder: The campaign's folder.
            threads: Processor cores to use; all if not given.
            on_measured: Told how far final figures are that must be measured first.

        Raises:
            StoreError: If there is none, or it cannot be read.
        """
        folder = Path(folder)
        store = Store(folder)
        return cls(load_spec(folder), store, threads, on_measured)

    @property
    def problem(self) -> Problem:
        """Chip, task, objectives and evaluator, built on first use."""
        if self._problem is None:
            from evosnn.campaign._problem import build_problem

            self._problem = build_problem(self.spec, self._threads)
        return self._problem

    @property
    def chip(self) -> Chip:
        """The nominal chip, read without building the problem."""
        return load_chip(self.spec.chip) if self._problem is None else self._problem.chip

    @property
    def search(self) -> Search:
        """Breeder and engine, built on first use; reading a campaign does not build them."""
        if self._search is None:
            from evosnn.campaign._search import build_search

            self._search = build_search(self.spec, self.problem, self._threads)
        return self._search

    @property
    def task_summary(self) -> TaskSummary:
        """Names, units and sizes of the task: from the store, or else by building the problem."""
        found = parse_summary(self.store.meta("task"))
        return summarise(self.problem) if found is None else found

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """What the campaign makes good."""
        found = objectives_by_name(self.spec.objectives)
        return self.problem.objectives if any(o.probe for o in found) else found

    def require_unchanged(self, purpose: str) -> None:
        """Refuse to go on reading if the campaign's data or chip has changed since it began.

        Args:
            purpose: What for it must be as it was, as in ``"to export a network"``.

        Raises:
            StoreError: If it has changed.
        """
        from evosnn.campaign._resume import require_unchanged

        put_back = f"put back what it was {purpose}"
        require_unchanged(self.spec, self.problem, self.store, put_back)

    def require_same_chip(self, purpose: str) -> None:
        """Refuse to continue reading if the campaign's chip has changed since it began.

        Args:
            purpose: The reason that it must be unchanged, as in ``"to export a network"``.

        Raises:
            StoreError: If it has changed.
        """
        from evosnn.campaign._resume import require_same_chip

        put_back = f"put back what it was {purpose}"
        require_same_chip(self.spec, self.chip, self.store, put_back)

    def population(self) -> list[Individual]:
        """The present population."""
        return [
            self.problem.individual(network, record) for network, record in self.store.population()
        ]

    def figures(self) -> Figures:
        """Return what a run ends with: the front's final figures, the population's expected.

        They are measured where no run has ended since the last generation, or an earlier version
        ended it, and kept beside the store.

        Raises:
            StoreError: If they must be measured, and the campaign's data or chip has changed.
        """
        found = self.figures_at_hand()
        if found is None:
            from evosnn.campaign.figures.expected import probed_values

            self.require_unchanged("to measure the figures that a run ends with")
            state, members = figures_state(self.store, self.spec), self.store.population()
            for objective in self.problem.objectives:
                if objective.probe:  # which population() would do in silence
                    probed_values(self.problem, objective, members, "train", self._on_measured)
            found = self._measured_figures(self.population(), self._on_measured)
            save_figures(self.store, state, found)
            self._figures = state, found
        return found

    def figures_at_hand(self) -> Figures | None:
        """Return what :meth:`figures` does if nothing must be measured for it."""
        expected = self.store.expected()
        if expected:
            return self.store.final(), expected
        if self.store.last_generation() < 0:
            return {}, {}
        state = figures_state(self.store, self.spec)
        if self._figures is None or self._figures[0] != state:
            found = load_figures(self.store, state)
            if found is None:
                return None
            self._figures = state, found
        return self._figures[1]

    def _measured_figures(
        self, population: Sequence[Individual], on_measured: OnMeasured
    ) -> Figures:
        """Measure the front on held-out samples, and estimate scores on unseen ones."""
        from evosnn.campaign.figures.expected import expected_population, expected_values
        from evosnn.campaign.figures.held_out import final_figures

        trials = self.spec.trials
        expected = expected_population(self.problem, population, trials, on_measured)
        return final_figures(self.problem, expected, trials, on_measured), {
            member.network.key: expected_values(self.problem, member) for member in expected
        }

    def run(
        self,
        on_generation: Callable[[Progress], None] = lambda progress: None,
        stop_asked: Callable[[], bool] = lambda: False,
        on_measured: OnMeasured = ignore_progress,
    ) -> StopReason:
        """Search until a stop rule is met, then measure the final figures.

        A campaign that was stopped, however it was, goes on from its last whole generation to
        the same result.

        Args:
            on_generation: Called after each generation.
            stop_asked: Asked after each generation whether to stop.
            on_measured: Told while the final figures are measured: on what, how many networks
                are done, and of how many.

        Raises:
            StoreError: If another process runs this campaign, its data or its chip has changed,
                an earlier version made its networks in other ways, or its objectives follow from
                spikes that such a version counted otherwise.
        """
        from evosnn.campaign._resume import check_resumable
        from evosnn.campaign._run import run_search

        with self.store.claimed():
            check_resumable(self.spec, self.problem, self.search, self.store)
            self.store.set_meta("task", dump_summary(summarise(self.problem)))
            reason, population = run_search(
                self.spec,
                self.store,
                self.problem,
                self.search,
                self._threads,
                on_generation,
                stop_asked,
            )
            if not self.store.expected() and population:
                self.store.record_final(*self._measured_figures(population, on_measured))
                remove_figures(self.store.folder)
            self.store.set_meta("stopped", reason.name)
            return reason
