"""What a person looks at after a campaign: its pictures, and all of it on one page.

:func:`campaign_page` returns HTML that stands alone; the pictures are those that
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
