"""Tasks: data, an encoder that turns it into spikes, a decoder that turns spikes into answers.

>>> from evosnn.tasks import task_names
>>> task_names()
('breast-cancer', 'digits', 'iris', 'wine')
"""

from evosnn.tasks._builtin import TaskInfo, task_info, task_names
from evosnn.tasks._check import check_task
from evosnn.tasks._csv import read_csv
from evosnn.tasks._data_spec import DataSpec
from evosnn.tasks._dataset import Dataset
from evosnn.tasks._decoders import (
    DECODER_KINDS,
    Decoder,
    DecoderSpec,
    FirstSpikeDecoder,
    MostSpikesDecoder,
)
from evosnn.tasks._encode_bins import ArgyleEncoder, FlipFlopEncoder
from evosnn.tasks._encode_change import CrossingEncoder, DeltaEncoder
from evosnn.tasks._encode_level import DirectEncoder, PoissonEncoder, RateEncoder
from evosnn.tasks._encode_time import FirstSpikeEncoder
from evosnn.tasks._encoder import Encoder
from evosnn.tasks._encoders import ENCODER_KINDS, EncoderSpec
from evosnn.tasks._events import EventsSpec, event_dataset
from evosnn.tasks._folder import FOLDER_TASKS, FolderTask
from evosnn.tasks._idx import IdxSpec, read_idx
from evosnn.tasks._jitter import JitterSpec
from evosnn.tasks._python import PythonSpec, SampleTask, python_task
from evosnn.tasks._scale import Scaling
from evosnn.tasks._series import SeriesSpec, read_series
from evosnn.tasks._spec import CsvSpec, TaskSpec, load_dataset, usual_keys
from evosnn.tasks._split import Split, SplitSpec, split
from evosnn.tasks._task import ClassificationTask, Part, build_task

__all__ = [
    "DECODER_KINDS",
    "ENCODER_KINDS",
    "FOLDER_TASKS",
    "ArgyleEncoder",
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
    "build_task",
    "check_task",
    "event_dataset",
    "load_dataset",
    "python_task",
    "read_csv",
    "read_idx",
    "read_series",
    "split",
    "task_info",
    "task_names",
    "usual_keys",
]
