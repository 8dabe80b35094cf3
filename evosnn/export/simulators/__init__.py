"""Files and scripts for other simulators: SuperNeuroMAT, Brian2, PyNN, SpiNNaker."""
