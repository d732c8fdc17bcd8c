"""Gauss-Kruger belts of China, by the number that may stand before an easting.

A belt has two codes of one place: in EPSG:4549 an easting has six digits, in EPSG:4528 the number of the
belt, 40, stands before them. Three degrees wide belts are numbered 25 to 45, six degrees wide ones 13 to 23.
"""

from __future__ import annotations

from pyproj import CRS

_NUMBERED_3_DEGREES = 4513
_NUMBERED_6_DEGREES = 4491
_BELTS_3_DEGREES = range(25, 46)
_BELTS_6_DEGREES = range(13, 24)
_NORTHINGS_M = (1_800_000.0, 6_200_000.0)
# CGCS2000, Xian 1980 and Beijing 1954; from each numbered belt to the same without a number
_TWINS = (
    (range(4513, 4534), 21),
    (range(4491, 4502), 11),
    (range(2349, 2370), 21),
    (range(2401, 2422), 21),
    (range(2327, 2338), 11),
)


def numbered_belt(east_m: float, north_m: float) -> CRS | None:
    """Return the CGCS2000 belt whose number stands before an easting; None without any.

    Examples
    --------
    >>> numbered_belt(40_586_000, 3_408_000).to_epsg()
    4528
    >>> numbered_belt(586_000, 3_408_000) is None
    True
    """
    if not _NORTHINGS_M[0] <= north_m <= _NORTHINGS_M[1]:
        return None
    number, rest = divmod(east_m, 1_000_000.0)
    if not 0.1 <= rest / 1_000_000.0 <= 0.9:
        return None
    if number in _BELTS_3_DEGREES:
        return CRS.from_epsg(_NUMBERED_3_DEGREES + int(number) - _BELTS_3_DEGREES[0])
    if number in _BELTS_6_DEGREES:
        return CRS.from_epsg(_NUMBERED_6_DEGREES + int(number) - _BELTS_6_DEGREES[0])
    return None


def twin_belt(crs: CRS) -> CRS | None:
    """Return the same belt with a number if it has none, without if it has one; None for other CRS.

    Examples
    --------
    >>> twin_belt(CRS.from_epsg(4549)).to_epsg(), twin_belt(CRS.from_epsg(4528)).to_epsg()
    (4528, 4549)
    """
    code = crs.to_epsg()
    if code is None:
        return None
    for numbered, apart in _TWINS:
        if code in numbered:
            return CRS.from_epsg(code + apart)
        if code - apart in numbered:
            return CRS.from_epsg(code - apart)
    return None
