"""Measurements that anyone can repeat: `python -m benchmarks.peers`, `benchmarks.scale`, `benchmarks.tight`."""
