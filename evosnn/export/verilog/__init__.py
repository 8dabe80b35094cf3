"""Synthesisable Verilog: parallel and streamed cores, test benches, UART and SPI wrappers."""
