"""Reports of a finished campaign: its figures, and one self-contained HTML page.

:func:`campaign_page` returns a self-contained page; the figures are those that
``evosnn plot`` writes.
"""

from evosnn.report._campaign_page import campaign_page
from evosnn.report._pictures import (
    assessment_picture,
    convergence_picture,
    front_picture,
    network_picture,
    raster_picture,
)

__all__ = [
    "assessment_picture",
    "campaign_page",
    "convergence_picture",
    "front_picture",
    "network_picture",
    "raster_picture",
]
