"""What we promise, and the figures that tests recorded for it: the data of ``docs/promises.md``."""
