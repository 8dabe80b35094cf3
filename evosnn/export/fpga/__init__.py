"""FPGA builds: synthesis for iCE40, netlists and bitstreams."""
