"""Made-up fronts and networks, and what to look for in a figure."""

from __future__ import annotations

import numpy as np

from evosnn.network import Network
from evosnn.plots import Axis, FrontPoint

ACCURACY = Axis("accuracy", "accuracy", "share of samples", maximise=True)
SYNAPSES = Axis("synapses", "synapses")
RESILIENCE = Axis("resilience", "resilience", "share of samples", maximise=True)
ENERGY = Axis("energy", "energy", "nJ a decision")
AXES = (ACCURACY, SYNAPSES, RESILIENCE, ENERGY)


def make_front(n: int, knee: int | None = 0, tested: bool = True) -> list[FrontPoint]:
    """A front on which accuracy, size, resilience and energy all rise together."""
    front = []
    for k in range(n):
        accuracy = 0.6 + 0.35 * (1 - 0.9**k)
        values = {
            "accuracy": accuracy,
            "synapses": 4 + k,
            "resilience": accuracy - 0.1,
            "energy": 0.3 + 0.1 * k,
        }
        held_out = {
            "test_accuracy": accuracy - 0.02,
            "test_interval": (accuracy - 0.06, accuracy + 0.02),
            "perturbed_mean": accuracy - 0.15,
            "perturbed_p05": accuracy - 0.25,
            "perturbed_worst": accuracy - 0.35,
        }
        front.append(FrontPoint(f"net{k}", values, **(held_out if tested else {}), knee=k == knee))
    return front


def make_others(n: int, n_objectives: int = 4) -> np.ndarray:
    """Networks that every one of :func:`make_front` of 1 or more dominates."""
    rng = np.random.default_rng(0)
    rest = [0.5 * rng.random(n), rng.integers(20, 40, n), 0.4 * rng.random(n), 4 + rng.random(n)]
    return np.column_stack(rest)[:, :n_objectives]


def make_network(n_inputs: int, n_hidden: int, n_outputs: int, n_synapses: int) -> Network:
    rng = np.random.default_rng(5)
    n = n_inputs + n_hidden + n_outputs
    pairs = [(a, b) for a in range(1, n) for b in range(n_inputs, n)]  # input 0 is unused
    chosen = sorted(rng.permutation(len(pairs))[:n_synapses].tolist())
    return Network.create(
        threshold=rng.integers(1, 100, n),
        inputs=range(n_inputs),
        outputs=range(n_inputs + n_hidden, n),
        synapses=[
            (*pairs[k], float(rng.integers(-127, 128)), int(rng.integers(1, 9))) for k in chosen
        ],
    )


def with_gid(parent: object, gid: str) -> list:
    """Every artist under ``parent`` with a gid."""
    return parent.findobj(lambda artist: artist.get_gid() == gid)


def texts(figure: object) -> list[str]:
    from matplotlib.text import Text

    return [t.get_text() for t in figure.findobj(Text) if t.get_text() and t.get_visible()]


def text_boxes(parent: object, gids: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Extent in pixels of every text under ``parent`` with one of the gids."""
    from matplotlib.text import Text

    found = {}
    for k, text in enumerate(parent.findobj(Text)):
        if text.get_gid() in gids:
            box = Text.get_window_extent(text)
            found[f"{text.get_text()!r} {k}"] = np.array(box.extents)
    return found


def overlapping(boxes: dict[str, np.ndarray]) -> list[tuple[str, str]]:
    names = list(boxes)
    return [
        (a, b)
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if np.all(boxes[a][:2] < boxes[b][2:]) and np.all(boxes[b][:2] < boxes[a][2:])
    ]
