"""Contract suites for parts that packages add: each raises AssertionError at the first breach.

The functions work in any test runner::

    from evosnn.testing import check_encoder

    def test_my_encoder():
        check_encoder(MyEncoder(level=0.3))

EvoSNN's own parts pass the same suites.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from evosnn.testing._decoder import check_decoder
    from evosnn.testing._encoder import check_encoder
    from evosnn.testing._engine import check_engine
    from evosnn.testing._mechanism import check_mechanism
    from evosnn.testing._objective import check_objective
    from evosnn.testing._operator import check_operator
    from evosnn.testing._target import check_target
    from evosnn.testing._task import check_task

__all__ = [
    "check_decoder",
    "check_encoder",
    "check_engine",
    "check_mechanism",
    "check_objective",
    "check_operator",
    "check_target",
    "check_task",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_decoder": ["check_decoder"],
        "_encoder": ["check_encoder"],
        "_engine": ["check_engine"],
        "_mechanism": ["check_mechanism"],
        "_objective": ["check_objective"],
        "_operator": ["check_operator"],
        "_target": ["check_target"],
        "_task": ["check_task"],
    },
)
