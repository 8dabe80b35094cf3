"""Memory layouts that the kernels share: lanes, wiring, stimulus, number types, scores."""
