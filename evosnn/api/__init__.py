"""The Python interface: run campaigns, choose networks of a front, and use them.

All of it can be imported from :mod:`evosnn` itself.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from evosnn.api._bound_network import BoundNetwork
    from evosnn.api._campaign import Campaign
    from evosnn.api._classifier import EvolvedClassifier
    from evosnn.api._front import Front
    from evosnn.api._run import open_campaign, run

__all__ = ["BoundNetwork", "Campaign", "EvolvedClassifier", "Front", "open_campaign", "run"]

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_bound_network": ["BoundNetwork"],
        "_campaign": ["Campaign"],
        "_classifier": ["EvolvedClassifier"],
        "_front": ["Front"],
        "_run": ["open_campaign", "run"],
    },
)
