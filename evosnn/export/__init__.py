"""Exports: a network as files for a chip, a compiler, a simulator or an FPGA toolchain.

>>> from evosnn.chips import load_chip
>>> from evosnn.export import to_verilog
>>> from evosnn.network import Network
>>> net = Network.create(threshold=[1, 2], inputs=[0], outputs=[1], synapses=[(0, 1, 2, 3)])
>>> sorted(to_verilog(net, load_chip("risp-7")).files)[0]
'snn.v'

Every export holds the simulator's spikes; :func:`verify` runs the files in the installed tools and
compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from evosnn.export.c.encoder import coder_files
    from evosnn.export.c.run import CSize, c_size
    from evosnn.export.c.write import to_c
    from evosnn.export.common.agreement import Agreement
    from evosnn.export.common.export import Export, write_files
    from evosnn.export.common.golden_run import run_golden
    from evosnn.export.common.plan import make_plan
    from evosnn.export.common.target import Found, Target, Verifier
    from evosnn.export.deployment.folder import deployment_files, export_subject
    from evosnn.export.deployment.golden_vectors import golden_vectors
    from evosnn.export.fpga.build import DEVICES, Device
    from evosnn.export.fpga.synthesize import SynthesisReport, require_synthesis, synthesize
    from evosnn.export.graphml import to_graphml
    from evosnn.export.loihi.write import to_loihi
    from evosnn.export.nir.read import from_nir, nir_chip
    from evosnn.export.nir.write import to_nir
    from evosnn.export.registry import TARGETS, export_network, parse_targets, verify
    from evosnn.export.simulators.pynn_brian2 import to_brian2, to_pynn
    from evosnn.export.simulators.spinnaker import to_spinnaker
    from evosnn.export.simulators.superneuromat import to_superneuromat
    from evosnn.export.subject import Subject, read_subject
    from evosnn.export.tennlab.caspian import to_caspian, to_ucaspian
    from evosnn.export.tennlab.risp import to_risp, verify_risp
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
    "Found",
    "Subject",
    "SynthesisReport",
    "Target",
    "Verifier",
    "c_size",
    "coder_files",
    "deployment_files",
    "export_network",
    "export_subject",
    "from_nir",
    "golden_vectors",
    "make_plan",
    "nir_chip",
    "parse_targets",
    "read_subject",
    "require_synthesis",
    "run_golden",
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

__getattr__, _, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "c.encoder": ["coder_files"],
        "c.run": ["CSize", "c_size"],
        "c.write": ["to_c"],
        "common.agreement": ["Agreement"],
        "common.export": ["Export", "write_files"],
        "deployment.folder": ["deployment_files", "export_subject"],
        "deployment.golden_vectors": ["golden_vectors"],
        "fpga.build": ["DEVICES", "Device"],
        "fpga.synthesize": ["SynthesisReport", "require_synthesis", "synthesize"],
        "graphml": ["to_graphml"],
        "loihi.write": ["to_loihi"],
        "nir.read": ["from_nir", "nir_chip"],
        "nir.write": ["to_nir"],
        "common.golden_run": ["run_golden"],
        "common.plan": ["make_plan"],
        "common.target": ["Found", "Target", "Verifier"],
        "registry": ["TARGETS", "export_network", "parse_targets", "verify"],
        "simulators.pynn_brian2": ["to_brian2", "to_pynn"],
        "simulators.spinnaker": ["to_spinnaker"],
        "simulators.superneuromat": ["to_superneuromat"],
        "subject": ["Subject", "read_subject"],
        "tennlab.caspian": ["to_caspian", "to_ucaspian"],
        "tennlab.risp": ["to_risp", "verify_risp"],
        "verify_folder": ["verify_against"],
        "verilog.write": ["UNROLLED_SYNAPSES", "to_verilog"],
    },
)
