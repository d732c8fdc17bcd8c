"""The fictional county: test bed, demo and benchmark source at any size."""

from gridmap.sample.county import County, make_county
from gridmap.sample.renewed import RenewedRoster, renew_roster
from gridmap.sample.write import write_sample

__all__ = ["County", "RenewedRoster", "make_county", "renew_roster", "write_sample"]
