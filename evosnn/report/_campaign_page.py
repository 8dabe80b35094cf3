"""Makes the HTML report of a campaign: front, knee on faulty chips, course, how to repeat it."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from itertools import islice
from typing import Any

from evosnn.analysis import find_network, front_report
from evosnn.assessment import EPSILONS, Assessment
from evosnn.campaign import Campaign, StopReason, score_name, task_name
from evosnn.errors import StoreError
from evosnn.plots import resilience, to_svg
from evosnn.report._page import Code, Facts, Part, Picture, Section, Table, page
from evosnn.report._pictures import (
    assessed,
    convergence_picture,
    front_picture,
    network_picture,
)
from evosnn.version import __version__

__all__ = ["campaign_page"]

_LIBRARIES = ("numpy", "numba", "scipy", "pymoo", "scikit-learn")
_WORST = 10  # single faults listed
HOW_TO_READ = (
    "Search: what the search believed, on the samples or episodes it evolved with (a score as a "
    "share of the best return). Expected: the same and the record on validation samples, less the "
    "optimism that they tell of, with the 95 % interval that their number gives; the front is "
    "formed by it. Test: ones that it never saw, on the nominal chip and on fresh "
    "chips that it never saw either. The 95 % interval is Wilson's for an accuracy, and Gaffke's "
    "for a return. The marked row is the knee: nearest to the ideal, objectives scaled to the "
    "front's range."
)


def campaign_page(campaign: Campaign, trials: int = 200) -> str:
    """Return a self-contained HTML page with all figures embedded.

    Args:
        campaign: What to report.
        trials: Fresh chips at each level of each mechanism, for the knee.

    Raises:
        StoreError: If the campaign has no front yet.
    """
    report = front_report(campaign)
    if not report["networks"]:
        raise StoreError(
            f"the campaign in '{campaign.store.folder}' has no front yet; 'evosnn run' it first"
        )
    found, heading = assessed(campaign, "knee", trials)
    title = f"{task_name(campaign.spec)} on {campaign.spec.chip}"
    sections = [
        Section("The front", _front(campaign, report)),
        Section("The knee", _knee(campaign)),
        Section("The knee on faulty chips", _faults(found, heading)),
        Section("The search", _search(campaign)),
        Section("To repeat it", _repeat(campaign)),
    ]
    return page(title, f"A campaign of EvoSNN {__version__}, seed {campaign.spec.seed}", sections)


def _front(campaign: Campaign, report: dict[str, Any]) -> tuple[Part, ...]:
    score = score_name(campaign.spec)
    sizes = [name for name in ("synapses", "hidden") if name not in report["objectives"]]
    expected = [name for name in report["networks"][0]["expected"] if name != "interval"]
    header = [
        "network", *(f"search: {name}" for name in report["objectives"]),
        *(f"expected: {name}" for name in expected), "95 % interval", *sizes,
        f"test: {score}", "95 % interval", "chips: mean", "5th percentile", "worst",
    ]  # fmt: skip
    rows, knees = [], []
    for k, item in enumerate(report["networks"]):
        test, chips = item["test"], item["test"]["perturbed"]
        rows.append(
            [item["id"][:8], *(f"{value:.4g}" for value in item["search"].values()),
             *(f"{item['expected'][name]:.4g}" for name in expected),
             "{:.4g}..{:.4g}".format(*item["expected"]["interval"]),
             *(item[name] for name in sizes), f"{test[score]:.4g}",
             "{:.4g}..{:.4g}".format(*test["interval"]),
             *(f"{chips[name]:.4g}" for name in ("mean", "p05", "worst"))]
        )  # fmt: skip
        knees += [k] if item["knee"] else []
    words = f"{HOW_TO_READ} Fresh chips: {campaign.spec.trials}."
    drawn = Picture(to_svg(front_picture(campaign)), "The Pareto front; the table has its figures")
    return words, drawn, Table(header, rows, frozenset(knees))


def _knee(campaign: Campaign) -> tuple[Part, ...]:
    network = find_network(campaign, "knee").network
    used = {*network.pre.tolist(), *network.post.tolist(), *network.outputs.tolist()}
    header = ["neuron", "firing threshold", "leak (share kept is 1 - leak)"]
    ids = network.ids.tolist()
    neurons = [[ids[i], f"{network.threshold[i]:g}", f"{network.leak[i]:g}"] for i in sorted(used)]
    synapses = [
        [f"{ids[a]} to {ids[b]}", f"{w:g}", f"{d:g}"]
        for a, b, w, d in zip(network.pre, network.post, network.weight, network.delay, strict=True)
    ]
    return (
        Picture(to_svg(network_picture(campaign)), "The network at the knee"),
        Table(header, neurons),
        Table(["synapse", "weight", "delay (timesteps)"], synapses),
    )


def _faults(found: Assessment, heading: str) -> tuple[Part, ...]:
    worst = list(islice(found.single_faults.ranked(), _WORST))
    limits = [f"{v.sentence}." for v in found.violations] or [f"Fits {found.trial.chip.name}."]
    words = (
        f"Every single fault was tried: {len(found.single_faults.faults)}, the mean of what is "
        f"left is {found.single_faults.mean:.4g}, the worst {found.single_faults.worst:.4g}."
    )
    return (
        Picture(
            to_svg(resilience(found, heading)),
            f"{found.trial.measure.capitalize()} against the level of each mechanism",
        ),
        words,
        Table(
            ["worst faults", f"{found.trial.measure} ({found.trial.unit})"],
            [[str(f), f"{score:.4g}"] for f, score, _ in worst],
        ),
        _certain(found),
        " ".join(limits),
    )


def _certain(found: Assessment) -> Table:
    certificate = found.certificate
    shares = (certificate.share, certificate.decision_share, certificate.score)
    rows = [[f"{e:.1%}", *(f"{float(share(e)):.4g}" for share in shares)] for e in EPSILONS]
    last = ["same answer", "right answer"]
    if found.trial.measure == "score":
        last = ["same actions", f"{found.trial.unit} at least"]
    header = ["certain at weight errors up to", "no spike changes", *last]
    return Table(header, rows)


def _search(campaign: Campaign) -> tuple[Part, ...]:
    last = campaign.store.statistics()[-1]
    stopped = campaign.store.meta("stopped")
    about = [
        ("engine", campaign.spec.engine.kind),
        ("generations", f"{last['generation']:,}"),
        ("measurements", f"{last['evaluations']:,}"),
        ("networks", f"{campaign.store.count():,}"),
        ("seconds", f"{last['seconds']:.1f}"),
        ("hypervolume", f"{last['hypervolume']:.4f} (share of the box of objectives)"),
        ("stopped", StopReason[stopped].value if stopped else "not yet"),
    ]
    drawn = Picture(to_svg(convergence_picture(campaign)), "Hypervolume and best by generation")
    return Facts(about), drawn


def _repeat(campaign: Campaign) -> tuple[Part, ...]:
    chosen = campaign.spec.model_dump(mode="json", exclude_defaults=True)
    versions = [("Python", platform.python_version()), *((n, version(n)) for n in _LIBRARIES)]
    words = (
        "The same campaign file and seed give the same front, bit for bit, for any number of "
        "threads and interruptions. All that differs from the defaults:"
    )
    return words, Code(json.dumps(chosen, indent=1)), Facts(versions)
