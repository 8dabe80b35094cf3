"""EvoSNN: evolve small, resilient spiking neural networks for a named neuromorphic chip.

Run a campaign and use what it found::

    import evosnn

    campaign = evosnn.run({"task": "iris", "chip": "risp-127"}, out="runs/iris")
    front = campaign.front                       # networks, smallest first
    knee = front.knee                            # or front.select(limits={"synapses": 10})
    knee.predict([[5.1, 3.5, 1.4, 0.2]])         # raw samples in, class names out
    knee.export("verilog", "knee_verilog")       # files for a chip or an FPGA

or evolve a scikit-learn classifier::

    model = evosnn.EvolvedClassifier(chip="risp-127").fit(x, y)

Main names:

- ``run``, ``open_campaign``: run a campaign from a file or a dict; open an existing one.
- ``Campaign``, ``Front``, ``BoundNetwork``: what a campaign found, and one network of it.
- ``EvolvedClassifier``: the scikit-learn estimator.
- ``Network``, ``Chip``, ``load_chip``: a network and a chip as plain data.

Packages, from top to bottom: :mod:`evosnn.cli`, :mod:`evosnn.api`, :mod:`evosnn.report`,
:mod:`evosnn.plots`, :mod:`evosnn.export`, :mod:`evosnn.analysis`, :mod:`evosnn.campaign`,
:mod:`evosnn.evolution`, :mod:`evosnn.assessment`, :mod:`evosnn.evaluation`, :mod:`evosnn.tasks`,
:mod:`evosnn.simulation`, :mod:`evosnn.hardware`, :mod:`evosnn.chips`; :mod:`evosnn.testing` checks
parts that other packages add. A name is loaded when it is first used.
"""

from typing import TYPE_CHECKING

import lazy_loader

from evosnn.compile_cache import provide_cache_folder as _provide_cache_folder
from evosnn.version import __version__ as __version__

if TYPE_CHECKING:
    from evosnn.api import (
        BoundNetwork,
        Campaign,
        EvolvedClassifier,
        Front,
        open_campaign,
        run,
    )
    from evosnn.chips import Chip, load_chip
    from evosnn.network import Network

_provide_cache_folder()

__all__ = [
    "BoundNetwork",
    "Campaign",
    "Chip",
    "EvolvedClassifier",
    "Front",
    "Network",
    "load_chip",
    "open_campaign",
    "run",
]

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "api": ["BoundNetwork", "Campaign", "EvolvedClassifier", "Front", "open_campaign", "run"],
        "chips": ["Chip", "load_chip"],
        "network": ["Network"],
    },
)
