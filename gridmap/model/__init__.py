"""What things are: tables, coordinates, protocols, plans."""
