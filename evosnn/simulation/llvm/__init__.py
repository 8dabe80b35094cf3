"""Vector code generated through LLVM, and the low-level parts that the kernels share."""
