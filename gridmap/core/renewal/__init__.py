"""A roster handed in anew, matched to the known one: who is who, and what only a person can say."""
