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

from evosnn.export.c.encoder import coder_files
from evosnn.export.c.run import CSize, c_size
from evosnn.export.c.write import to_c
from evosnn.export.common.agreement import Agreement
from evosnn.export.common.export import Export, write_files
from evosnn.export.deployment.folder import deployment_files, export_subject
from evosnn.export.deployment.golden_vectors import golden_vectors
from evosnn.export.fpga.build import DEVICES, Device
from evosnn.export.fpga.synthesize import SynthesisReport, require_synthesis, synthesize
from evosnn.export.graphml import to_graphml
from evosnn.export.loihi.write import to_loihi
from evosnn.export.nir.read import from_nir
from evosnn.export.nir.write import to_nir
from evosnn.export.registry import TARGETS, Target, export_network, parse_targets
from evosnn.export.simulators.pynn_brian2 import to_brian2, to_pynn
from evosnn.export.simulators.spinnaker import to_spinnaker
from evosnn.export.simulators.superneuromat import to_superneuromat
from evosnn.export.subject import Subject, read_subject
from evosnn.export.tennlab.caspian import to_caspian, to_ucaspian
from evosnn.export.tennlab.risp import to_risp
from evosnn.export.verify import verify, verify_risp
from evosnn.export.verify_folder import verify_against
from evosnn.export.verilog.write import UNROLLED_SYNAPSES, to_verilog

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
