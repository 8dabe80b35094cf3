"""Exports: a network as files that a chip, a compiler or an FPGA toolchain takes.

>>> from evosnn.chips import load_chip
>>> from evosnn.export import to_verilog
>>> from evosnn.network import Network
>>> net = Network.create(threshold=[1, 2], inputs=[0], outputs=[1], synapses=[(0, 1, 2, 3)])
>>> sorted(to_verilog(net, load_chip("risp-7")).files)[0]
'snn.v'

Every export carries the spikes that the simulator gave; :func:`verify` runs what was written
in the tools that are installed and compares.
"""

from evosnn.export._against import verify_against
from evosnn.export._agreement import Agreement
from evosnn.export._c import to_c
from evosnn.export._c_tools import CSize, c_size
from evosnn.export._caspian import to_caspian, to_ucaspian
from evosnn.export._coder import coder_files
from evosnn.export._deploy import deployment_files, export_subject
from evosnn.export._files import Export, write_files
from evosnn.export._graphml import to_graphml
from evosnn.export._ice40 import DEVICES, Device
from evosnn.export._loihi import to_loihi
from evosnn.export._nir import to_nir
from evosnn.export._nir_import import from_nir
from evosnn.export._risp import to_risp
from evosnn.export._scripts import to_brian2, to_pynn
from evosnn.export._spinnaker import to_spinnaker
from evosnn.export._subject import Subject, read_subject
from evosnn.export._superneuromat import to_superneuromat
from evosnn.export._synthesize import SynthesisReport, require_synthesis, synthesize
from evosnn.export._targets import TARGETS, Target, export_network, parse_targets
from evosnn.export._vectors import golden_vectors
from evosnn.export._verify import verify, verify_risp
from evosnn.export._verilog import UNROLLED_SYNAPSES, to_verilog

__all__ = [
    "DEVICES",
    "TARGETS",
    "UNROLLED_SYNAPSES",
    "Agreement",
    "CSize",
    "Device",
    "Export",
    "Subject",
    "SynthesisReport",
    "Target",
    "c_size",
    "coder_files",
    "deployment_files",
    "export_network",
    "export_subject",
    "from_nir",
    "golden_vectors",
    "parse_targets",
    "read_subject",
    "require_synthesis",
    "synthesize",
    "to_brian2",
    "to_c",
    "to_caspian",
    "to_graphml",
    "to_loihi",
    "to_nir",
    "to_pynn",
    "to_risp",
    "to_spinnaker",
    "to_superneuromat",
    "to_ucaspian",
    "to_verilog",
    "verify",
    "verify_against",
    "verify_risp",
    "write_files",
]
