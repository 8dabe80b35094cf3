"""Prepares a campaign's data for the plots of :mod:`evosnn.plots`."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from evosnn.analysis import dominated_values, find_network, front_report, value_of
from evosnn.assessment import Assessment, assess, try_faults
from evosnn.campaign import Campaign, score_name
from evosnn.errors import SpecError
from evosnn.evaluation import trial_for
from evosnn.plots import Axis, FrontPoint, convergence, network, pareto, raster, resilience
from evosnn.simulation import Stimulus, simulate
from evosnn.tasks import ClassificationTask
from evosnn.tasks.control import ControlTask

__all__ = [
    "assessment_picture",
    "convergence_picture",
    "front_picture",
    "network_picture",
    "raster_picture",
]


def front_picture(campaign: Campaign) -> Figure:
    """Draw the front: what is expected of it, and what held-out samples and fresh chips say.

    Raises:
        SpecError: If there is no front yet.
    """
    report, task = front_report(campaign), campaign.problem.task

    def share(value: float) -> float:
        return task.share(value, task.test) if isinstance(task, ControlTask) else value

    points = [
        FrontPoint(
            id=item["id"],
            values={name: value_of(item, name) for name in report["objectives"]},
            test_accuracy=share(test[score_name(campaign.spec)]),
            test_interval=(share(test["interval"][0]), share(test["interval"][1])),
            perturbed_mean=share(test["perturbed"]["mean"]),
            perturbed_p05=share(test["perturbed"]["p05"]),
            perturbed_worst=share(test["perturbed"]["worst"]),
            knee=item["knee"],
        )
        for item in report["networks"]
        for test in (item["test"],)
    ]
    axes = [
        Axis(o.name, _label(o.label, task), _label(_unit(o.unit), task), o.maximise)
        for o in campaign.problem.objectives
    ]
    return pareto(points, dominated_values(campaign), axes, _heading(campaign))


def network_picture(campaign: Campaign, wanted: str = "knee", critical: bool = False) -> Figure:
    """Draw one network, and with ``critical`` mark the parts whose faults cost.

    Raises:
        StoreError: If there is no such network.
    """
    found = find_network(campaign, wanted).network
    task, chip = campaign.problem.task, campaign.problem.chip
    title = f"{found.key[:8]}: {task.name} on {chip.name}, {found.n_synapses} synapses"
    trial = trial_for(task, chip)
    harm = try_faults(found, trial).harm(found) if critical else None
    return network(found, title, task.input_names, list(task.output_names), harm, trial.unit)


def assessment_picture(campaign: Campaign, wanted: str = "knee", trials: int = 200) -> Figure:
    """Draw how one network fares on varying and faulty chips, ``trials`` of them a level.

    Raises:
        StoreError: If there is no such network.
    """
    return resilience(*assessed(campaign, wanted, trials))


def assessed(campaign: Campaign, wanted: str, trials: int) -> tuple[Assessment, str]:
    """Return the assessment of one network on the held-out samples, and a heading for it."""
    found = find_network(campaign, wanted).network
    trial = trial_for(campaign.problem.task, campaign.problem.chip)
    result = assess(found, trial, trials=trials, mechanisms=campaign.spec.mechanisms)
    return result, (
        f"{found.key[:8]}: {campaign.problem.task.name} on {campaign.problem.chip.name}, "
        f"{found.n_synapses} synapses, {result.trial.measure} {result.nominal:.4g}"
    )


def convergence_picture(campaign: Campaign) -> Figure:
    """Draw the search's course: hypervolume and the best of each objective by generation.

    Raises:
        SpecError: If no generation is done.
    """
    rows = campaign.store.statistics()
    if not rows:
        raise SpecError(f"'{campaign.store.folder}' has no generation yet; 'evosnn run' it first")
    history = {"hypervolume": np.array([row["hypervolume"] for row in rows])}
    axes = [Axis("hypervolume", "hypervolume", "share of the box", maximise=True)]
    for o in campaign.problem.objectives:
        if o.maximise:
            history[o.name] = np.array([row["best"][o.name] for row in rows])
            axes.append(Axis(o.name, f"best {o.name}", o.unit, maximise=True))
    history["compact"] = np.array([float(row["compact"]) for row in rows])
    axes.append(Axis("compact", "synapses near best", "", maximise=False))
    return convergence(history, _heading(campaign), axes)


def raster_picture(campaign: Campaign, wanted: str = "knee", sample: int = 0) -> Figure:
    """Draw the spikes of one network on one held-out sample, and what it answers.

    Raises:
        StoreError: If there is no such network.
        SpecError: If there is no such sample, or the task is a control task.
    """
    task = campaign.problem.task
    if isinstance(task, ControlTask):
        raise SpecError(f"a raster shows a sample; control task '{task.name}' has none")
    if sample >= task.test.n_samples:
        raise SpecError(
            f"sample {sample} does not exist; held-out samples are 0..{task.test.n_samples - 1}"
        )
    found = find_network(campaign, wanted).network
    chosen = Stimulus(task.test.stimulus.charge[:, :, sample : sample + 1])
    response = simulate([found], chosen, campaign.problem.chip, record=[0])
    answer = int(task.decoder.decide(response)[0, 0, 0])
    truth = task.class_names[int(task.test.labels[sample])]
    said = f"answered '{task.class_names[answer]}'" if answer >= 0 else "not answered"
    title = f"{found.key[:8]}: held-out sample {sample}, truly '{truth}', {said}"
    spikes = response.recordings[0].spikes[:, :, 0, 0]
    return raster(spikes, found, title, task.input_names, list(task.output_names))


def _heading(campaign: Campaign) -> str:
    problem = campaign.problem
    return f"{problem.task.name} on {problem.chip.name}, seed {campaign.spec.seed}"


def _label(label: str, task: ClassificationTask | ControlTask) -> str:
    """What an axis says: on a control task a score is no accuracy, and a return no sample."""
    if not isinstance(task, ControlTask):
        return label
    return label.replace("accuracy", "score").replace("share of samples", "share of best return")


def _unit(unit: str) -> str:
    return "" if unit == "count" else unit
