"""Many zonings over one grid, and households in partitions: on one machine or many."""

from gridmap.batch.placing import PartitionedPlacement, place_households
from gridmap.batch.run import BatchResult, run_batch
from gridmap.batch.scenarios import Scenario, read_scenarios

__all__ = [
    "BatchResult",
    "PartitionedPlacement",
    "Scenario",
    "place_households",
    "read_scenarios",
    "run_batch",
]
