"""General kernels in float64 for chips with arithmetic of their own."""
