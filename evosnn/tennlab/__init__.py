"""TENNLab network files: JSON that EvoSNN, RISP, Caspian and their tools exchange."""

from evosnn.tennlab.model import CASPIAN_LEAKS, NetworkFile, Property
from evosnn.tennlab.read import loads_network, read_network
from evosnn.tennlab.write import dumps_caspian, dumps_network

__all__ = [
    "CASPIAN_LEAKS",
    "NetworkFile",
    "Property",
    "dumps_caspian",
    "dumps_network",
    "loads_network",
    "read_network",
]
