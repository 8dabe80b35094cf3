"""C99 source with the chip's arithmetic, the task's encoder and the control loop."""
