"""Tasks: data sets and environments, encoders of features and decoders of output spikes.

>>> from evosnn.tasks import task_names
>>> task_names()
('breast-cancer', 'digits', 'iris', 'wine')
"""

from typing import TYPE_CHECKING

import lazy_loader

from evosnn.tasks._check import check_task
from evosnn.tasks._classification import ClassificationTask, Part, build_task
from evosnn.tasks.data.arrays import ArraySpec, save_arrays
from evosnn.tasks.data.builtin import TaskInfo, task_info, task_names
from evosnn.tasks.data.csv_dataset import read_csv
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.event_camera import EventsSpec, event_dataset
from evosnn.tasks.data.idx_images import IdxSpec, read_idx
from evosnn.tasks.data.jitter import JitterSpec
from evosnn.tasks.data.python_task import PythonSpec, SampleTask, python_task
from evosnn.tasks.data.registry import (
    TASKS,
    CsvSpec,
    added_tasks,
    load_dataset,
    usual_keys,
)
from evosnn.tasks.data.scaling import Scaling
from evosnn.tasks.data.spec_base import DataSpec
from evosnn.tasks.data.split import Split, SplitSpec, split
from evosnn.tasks.data.time_series import SeriesSpec, read_series
from evosnn.tasks.data.user_folder import FOLDER_TASKS, FolderTask
from evosnn.tasks.decoders.base import Decoder
from evosnn.tasks.decoders.decoders import FirstSpikeDecoder, MostSpikesDecoder
from evosnn.tasks.decoders.registry import DECODER_KINDS, DECODERS
from evosnn.tasks.encoders.base import SLACK, Encoder, EncoderC, burst, nearest, spread
from evosnn.tasks.encoders.binned import ArgyleEncoder, FlipFlopEncoder
from evosnn.tasks.encoders.delta import CrossingEncoder, DeltaEncoder
from evosnn.tasks.encoders.latency import FirstSpikeEncoder
from evosnn.tasks.encoders.rate import DirectEncoder, PoissonEncoder, RateEncoder
from evosnn.tasks.encoders.registry import ENCODER_KINDS, ENCODERS

if TYPE_CHECKING:
    from evosnn.tasks._specs import DecoderSpec, EncoderSpec, TaskSpec

__all__ = [
    "DECODERS",
    "DECODER_KINDS",
    "ENCODERS",
    "ENCODER_KINDS",
    "FOLDER_TASKS",
    "SLACK",
    "TASKS",
    "ArgyleEncoder",
    "ArraySpec",
    "ClassificationTask",
    "CrossingEncoder",
    "CsvSpec",
    "DataSpec",
    "Dataset",
    "Decoder",
    "DecoderSpec",
    "DeltaEncoder",
    "DirectEncoder",
    "Encoder",
    "EncoderC",
    "EncoderSpec",
    "EventsSpec",
    "FirstSpikeDecoder",
    "FirstSpikeEncoder",
    "FlipFlopEncoder",
    "FolderTask",
    "IdxSpec",
    "JitterSpec",
    "MostSpikesDecoder",
    "Part",
    "PoissonEncoder",
    "PythonSpec",
    "RateEncoder",
    "SampleTask",
    "Scaling",
    "SeriesSpec",
    "Split",
    "SplitSpec",
    "TaskInfo",
    "TaskSpec",
    "added_tasks",
    "build_task",
    "burst",
    "check_task",
    "event_dataset",
    "load_dataset",
    "nearest",
    "python_task",
    "read_csv",
    "read_idx",
    "read_series",
    "save_arrays",
    "split",
    "spread",
    "task_info",
    "task_names",
    "usual_keys",
]

__getattr__, _, _ = lazy_loader.attach(
    __name__, submod_attrs={"_specs": ["DecoderSpec", "EncoderSpec", "TaskSpec"]}
)
