"""Checks against other tools: simulators, readers, Verilog, bounds."""
