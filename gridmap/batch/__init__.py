"""Many zonings over one grid, and how they compare."""

from gridmap.batch.run import BatchResult, run_batch
from gridmap.batch.scenarios import Scenario, read_scenarios

__all__ = ["BatchResult", "Scenario", "read_scenarios", "run_batch"]
