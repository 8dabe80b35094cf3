"""The types of a campaign file's fields that name a task, an encoder and a decoder.

They are made from the registries, and so import the parts of installed packages. Those import
:mod:`evosnn.tasks`, which therefore loads this module on first use only.
"""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Discriminator, Tag

from evosnn.tasks.data.registry import known_task, table_of, task_tables
from evosnn.tasks.decoders.registry import DECODERS
from evosnn.tasks.encoders.registry import ENCODERS
from evosnn.validation import tagged_tables

__all__ = ["DecoderSpec", "EncoderSpec", "TaskSpec"]

if TYPE_CHECKING:
    from evosnn.tasks.control._gymnasium import GymnasiumSpec
    from evosnn.tasks.data.spec_base import DataSpec
    from evosnn.tasks.decoders.base import Decoder as DecoderSpec
    from evosnn.tasks.encoders.base import Encoder as EncoderSpec

    TaskSpec = str | DataSpec | GymnasiumSpec
else:
    EncoderSpec = tagged_tables(ENCODERS)
    """Any encoder: the type of a field that takes a table with its ``kind``, or the kind alone."""

    DecoderSpec = tagged_tables(DECODERS)
    """Any decoder: the type of a field that takes a table with its ``kind``, or the kind alone."""

    TaskSpec = Annotated[
        functools.reduce(
            operator.or_,
            [Annotated[model, Tag(f"[{key}]")] for key, model in task_tables().items()],
            Annotated[str, AfterValidator(known_task), Tag("[name]")],
        ),
        Discriminator(table_of),
    ]
    """Any task: the type of a field that takes a name, or a table of data or an environment."""
