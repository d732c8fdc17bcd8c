"""The protocols of a batch: each file is read once, and each set of changed parameters made once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

from gridmap.batch.settings import with_settings
from gridmap.errors import Fault, GridmapError, ProtocolError
from gridmap.model.protocol import Protocol
from gridmap.model.protocol_schema import protocol_from_data, protocol_from_text
from gridmap.store.protocols import read_protocol_text


class Rules(NamedTuple):
    """A protocol with what it says as one text.

    Parameters
    ----------
    protocol
        The protocol.
    text
        The same for the same content, however the file is laid out.
    """

    protocol: Protocol
    text: str


class Rulebook:
    """Protocols by name or file, read when they are first asked for."""

    def __init__(self) -> None:
        self._read: dict[str, dict[str, Any] | GridmapError] = {}
        self._made: dict[tuple[str, str], Rules] = {}

    def rules(self, name: str, settings: Mapping[str, Any]) -> Rules:
        """Return a protocol with some parameters set.

        Raises
        ------
        ProtocolError
            If the protocol cannot be read, or does not fit any more.
        """
        key = (name, json.dumps(dict(settings), sort_keys=True, default=str))
        if key not in self._made:
            data, faults = with_settings(self._data(name), settings)
            if faults:
                raise ProtocolError("\n".join(map(str, faults)))
            text = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
            self._made[key] = Rules(protocol_from_data(data, title=name), text)
        return self._made[key]

    def faults(self, name: str, settings: Mapping[str, Any], place: str) -> list[Fault]:
        """Find what is wrong with settings; of a protocol that cannot be read nothing is known."""
        try:
            return with_settings(self._data(name), settings, place=place)[1] if settings else []
        except GridmapError:
            return []

    def _data(self, name: str) -> dict[str, Any]:
        if name not in self._read:
            try:
                text = read_protocol_text(name)
                protocol_from_text(text, title=name)
                self._read[name] = tomllib.loads(text)
            except GridmapError as error:
                self._read[name] = error
        found = self._read[name]
        if isinstance(found, GridmapError):
            raise found
        return found
