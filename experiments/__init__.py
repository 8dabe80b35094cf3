"""Campaign files, studies, benchmarks and checks."""
