"""NIR graphs: written, read, and run in norse, snnTorch and SpikingJelly."""
