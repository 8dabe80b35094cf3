"""Tasks: data sets and environments, encoders of features and decoders of output spikes.

>>> from evosnn.tasks import task_names
>>> task_names()
('breast-cancer', 'digits', 'iris', 'wine')
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from evosnn.tasks._check import check_task
    from evosnn.tasks._classification import ClassificationTask, Part, build_task
    from evosnn.tasks._specs import DecoderSpec, EncoderSpec, TaskSpec
    from evosnn.tasks._task import Task
    from evosnn.tasks.data.arrays import ArraySpec, save_arrays
    from evosnn.tasks.data.builtin import TaskInfo, task_info, task_names
    from evosnn.tasks.data.csv_dataset import read_csv
    from evosnn.tasks.data.dataset import Dataset
    from evosnn.tasks.data.event_camera import EventsSpec, event_dataset
    from evosnn.tasks.data.idx_images import IdxSpec, read_idx
    from evosnn.tasks.data.jitter import JitterSpec
    from evosnn.tasks.data.python_task import PythonSpec, SampleTask, python_task
    from evosnn.tasks.data.registry import TASKS, CsvSpec, added_tasks, load_dataset, usual_keys
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
    "Task",
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
    __name__,
    submod_attrs={
        "_check": ["check_task"],
        "_task": ["Task"],
        "_classification": ["ClassificationTask", "Part", "build_task"],
        "data.arrays": ["ArraySpec", "save_arrays"],
        "data.builtin": ["TaskInfo", "task_info", "task_names"],
        "data.csv_dataset": ["read_csv"],
        "data.dataset": ["Dataset"],
        "data.event_camera": ["EventsSpec", "event_dataset"],
        "data.idx_images": ["IdxSpec", "read_idx"],
        "data.jitter": ["JitterSpec"],
        "data.python_task": ["PythonSpec", "SampleTask", "python_task"],
        "data.registry": ["TASKS", "CsvSpec", "added_tasks", "load_dataset", "usual_keys"],
        "data.scaling": ["Scaling"],
        "data.spec_base": ["DataSpec"],
        "data.split": ["Split", "SplitSpec", "split"],
        "data.time_series": ["SeriesSpec", "read_series"],
        "data.user_folder": ["FOLDER_TASKS", "FolderTask"],
        "decoders.base": ["Decoder"],
        "decoders.decoders": ["FirstSpikeDecoder", "MostSpikesDecoder"],
        "decoders.registry": ["DECODER_KINDS", "DECODERS"],
        "encoders.base": ["SLACK", "Encoder", "EncoderC", "burst", "nearest", "spread"],
        "encoders.binned": ["ArgyleEncoder", "FlipFlopEncoder"],
        "encoders.delta": ["CrossingEncoder", "DeltaEncoder"],
        "encoders.latency": ["FirstSpikeEncoder"],
        "encoders.rate": ["DirectEncoder", "PoissonEncoder", "RateEncoder"],
        "encoders.registry": ["ENCODER_KINDS", "ENCODERS"],
        "_specs": ["DecoderSpec", "EncoderSpec", "TaskSpec"],
    },
)
