from __future__ import annotations

import pytest

from evosnn.network import Network


@pytest.fixture
def iris() -> Network:
    return Network.create(
        threshold=[1, 1, 1, 1, 64, 30, 12, 45, 9],
        leak=[0, 0, 0, 0, 0.5, 0, 0, 0, 0],
        inputs=[0, 1, 2, 3],
        outputs=[6, 7, 8],
        synapses=[
            (2, 6, -90, 1),
            (2, 4, 100, 2),
            (4, 5, 40, 3),
            (5, 4, -55, 1),
            (4, 7, 80, 2),
            (5, 8, 120, 5),
            (3, 5, 66, 1),
            (4, 4, -20, 1),
        ],
    )
