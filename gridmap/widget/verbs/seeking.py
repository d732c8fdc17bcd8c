"""Looking for areas, addresses and households; nobody is found by name or phone."""

from __future__ import annotations
