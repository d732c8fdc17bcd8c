"""Days as a protocol counts them: from midnight to midnight in one time zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import Series

Times = NDArray[np.datetime64]
NAT_DAY, NAT = np.datetime64("NaT", "D"), np.datetime64("NaT", "us")


@dataclass(frozen=True)
class LocalDays:
    """Turns moments into the wall time of one zone and back, and counts its days.

    Wall times are numpy times without a zone, in microseconds; days are numpy days.

    Parameters
    ----------
    timezone
        Its IANA name.
    first
        The number of the day on which something begins.
    """

    timezone: str
    first: int

    def wall(self, times: Series) -> Times:
        """Return moments in UTC as wall times; NaT stays."""
        local = times.dt.tz_convert(self.timezone).dt.tz_localize(None)
        return np.asarray(local.to_numpy(dtype="datetime64[us]"))

    def wall_of(self, moment: pd.Timestamp) -> np.datetime64:
        """Return one moment as a wall time."""
        local = moment.tz_convert(self.timezone).tz_localize(None)
        return np.datetime64(local.to_datetime64(), "us")

    def aware(self, walls: Times) -> Any:
        """Return wall times as moments in the zone.

        Of a wall time that comes twice when clocks go back the first one counts, and of one that is left out
        the first moment after it: there the day begins.
        """
        index = pd.DatetimeIndex(walls.astype("datetime64[us]"))
        summer = np.ones(len(index), dtype=bool)
        return index.tz_localize(self.timezone, ambiguous=summer, nonexistent="shift_forward")

    def dates(self, column: Series) -> Times:
        """Return dates and times of any form as wall times; what has no zone is in this one, NaT if none."""
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            return self.wall(column)
        return np.array([self._date(value) for value in column], dtype="datetime64[us]")

    def _date(self, value: Any) -> np.datetime64:
        try:
            moment = pd.Timestamp(value)
        except (ValueError, TypeError):
            return NAT
        if moment is pd.NaT:
            return NAT
        return self.wall_of(moment) if moment.tzinfo else moment.to_datetime64().astype("datetime64[us]")

    def over(self, days: Times, count: int) -> Times:
        """Return the day that begins when `count` days are over, from the days on which they begin."""
        return days + np.timedelta64(count + 1 - self.first, "D")

    def numbered(self, days: Times, number: int) -> Times:
        """Return the days of this number, of counts that begin on `days`."""
        return days + np.timedelta64(number - self.first, "D")


def day_of(walls: Any) -> Any:
    """Return the days on which wall times lie."""
    return walls.astype("datetime64[D]")


def latest(size: int, rows: NDArray[np.intp], times: Times) -> Times:
    """Return the last time of each of `size` rows; NaT for none."""
    last = np.full(size, "NaT", dtype=times.dtype)
    np.fmax.at(last, rows, times)
    return last
