"""The table of permissions, for people and programs that read it from the command line."""
