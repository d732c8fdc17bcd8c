"""The fictional county: test bed, demo and benchmark source at any size."""

from gridmap.sample.county import County, make_county
from gridmap.sample.write import write_sample

__all__ = ["County", "make_county", "write_sample"]
