"""The main job on one machine: recorded events of an attack go in, alerts come out of the API."""
