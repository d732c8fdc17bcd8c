"""The lift clock: what of a protocol's stages is met for every zone, and what may be done next."""
