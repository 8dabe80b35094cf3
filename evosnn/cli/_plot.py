"""``evosnn plot``: pictures of a campaign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evosnn.cli._assess import bench_of, title_of
from evosnn.errors import SpecError, unknown_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from evosnn.campaign import Campaign
    from evosnn.tasks import ClassificationTask
    from evosnn.tasks.control import ControlTask

__all__ = ["plot"]

_KINDS = ("pareto", "network", "resilience", "convergence", "raster")


def plot(
    place: Annotated[Path, typer.Argument(help="A campaign's folder.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Picture file: png, svg or pdf.")],
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(_KINDS)}.")] = "pareto",
    wanted: Annotated[str, typer.Option("--id", help="Network to draw: an id or 'knee'.")] = "knee",
    sample: Annotated[int, typer.Option(help="Held-out sample of a raster.", min=0)] = 0,
    critical: Annotated[
        bool, typer.Option("--critical", help="In a network: mark the parts whose faults cost.")
    ] = False,
    trials: Annotated[int, typer.Option(help="Chips a level of a resilience.", min=2)] = 200,
) -> None:
    """Draw a campaign's front, a network, its resilience, the search's course, or spikes."""
    from evosnn.campaign import Campaign
    from evosnn.plots import save

    draw = {
        "pareto": lambda c: _pareto(c),
        "network": lambda c: _network(c, wanted, critical),
        "resilience": lambda c: _resilience(c, wanted, trials),
        "convergence": lambda c: _convergence(c),
        "raster": lambda c: _raster(c, wanted, sample),
    }
    if kind not in draw:
        raise SpecError(unknown_name("kind of picture", kind, _KINDS))
    campaign = Campaign.load(place)
    save(draw[kind](campaign), output)
    print(output)


def _pareto(campaign: Campaign) -> Figure:
    import numpy as np

    from evosnn.campaign import front_report, score_name
    from evosnn.plots import Axis, FrontPoint, pareto
    from evosnn.tasks.control import ControlTask

    report, task = front_report(campaign), campaign.world.task
    shown = {item["id"] for item in report["networks"]}
    others = [m.values for m in campaign.population() if m.network.key not in shown]

    def share(value: float) -> float:
        return task.share(value, task.test) if isinstance(task, ControlTask) else value

    points = [
        FrontPoint(
            id=item["id"],
            values=item["search"],
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
    objectives = campaign.world.objectives
    axes = [
        Axis(o.name, _label(o.label, task), _label(_unit(o.unit), task), o.maximise)
        for o in objectives
    ]
    title = f"{campaign.world.task.name} on {campaign.world.chip.name}, seed {campaign.spec.seed}"
    return pareto(points, np.array(others).reshape(-1, len(axes)), axes, title)


def _label(label: str, task: ClassificationTask | ControlTask) -> str:
    """What an axis says: on a control task a score is no accuracy, and a return no sample."""
    from evosnn.tasks.control import ControlTask

    if not isinstance(task, ControlTask):
        return label
    return label.replace("accuracy", "score").replace("share of samples", "share of best return")


def _unit(unit: str) -> str:
    return "" if unit == "count" else unit


def _names(campaign: Campaign) -> dict[str, Any]:
    task = campaign.world.task
    return {"input_names": task.input_names, "output_names": list(task.class_names)}


def _network(campaign: Campaign, wanted: str, critical: bool) -> Figure:
    from evosnn.assessment import try_faults
    from evosnn.campaign import find_network
    from evosnn.plots import network

    member = find_network(campaign, wanted)
    title = (
        f"{member.network.key[:8]}: {campaign.world.task.name} on {campaign.world.chip.name}, "
        f"{member.network.n_synapses} synapses"
    )
    harm = None
    if critical:
        harm = try_faults(member.network, bench_of(campaign.world)).harm(member.network)
    return network(member.network, title, **_names(campaign), harm=harm)


def _resilience(campaign: Campaign, wanted: str, trials: int) -> Figure:
    from evosnn.assessment import assess
    from evosnn.campaign import find_network
    from evosnn.plots import resilience

    member = find_network(campaign, wanted)
    world = campaign.world
    found = assess(member.network, bench_of(world), trials=trials)
    return resilience(found, title_of(found))


def _convergence(campaign: Campaign) -> Figure:
    import numpy as np

    from evosnn.plots import Axis, convergence

    rows = campaign.store.statistics()
    if not rows:
        raise SpecError(f"'{campaign.store.folder}' has no generation yet; 'evosnn run' it first")
    history = {"hypervolume": np.array([row["hypervolume"] for row in rows])}
    axes = [Axis("hypervolume", "hypervolume", "share of the box", maximise=True)]
    for o in campaign.world.objectives:
        if o.maximise:
            history[o.name] = np.array([row["best"][o.name] for row in rows])
            axes.append(Axis(o.name, f"best {o.name}", o.unit, maximise=True))
    history["compact"] = np.array([float(row["compact"]) for row in rows])
    axes.append(Axis("compact", "synapses near best", "", maximise=False))
    title = f"{campaign.world.task.name} on {campaign.world.chip.name}, seed {campaign.spec.seed}"
    return convergence(history, title, axes)


def _raster(campaign: Campaign, wanted: str, sample: int) -> Figure:
    import numpy as np

    from evosnn.campaign import find_network
    from evosnn.plots import raster
    from evosnn.simulation import Session
    from evosnn.tasks.control import ControlTask

    task = campaign.world.task
    if isinstance(task, ControlTask):
        raise SpecError(f"a raster shows a sample; control task '{task.name}' has none")
    if sample >= task.test.n_samples:
        raise SpecError(
            f"sample {sample} does not exist; held-out samples are 0..{task.test.n_samples - 1}"
        )
    member = find_network(campaign, wanted)
    session = Session(member.network, campaign.world.chip, n_episodes=1)
    charge = task.test.stimulus.charge[:, :, None, sample : sample + 1]
    spikes = session.run(charge, record=True).spikes
    assert spikes is not None
    truth = task.class_names[int(task.test.labels[sample])]
    title = f"{member.network.key[:8]}: held-out sample {sample}, truly '{truth}'"
    return raster(np.asarray(spikes[:, :, 0, 0]), member.network, title, **_names(campaign))
