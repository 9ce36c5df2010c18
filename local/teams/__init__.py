"""A stand-in for a Teams channel on this machine: takes cards as a flow does and shows them as Teams would."""
