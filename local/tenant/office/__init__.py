"""The Office 365 Management Activity API, over the same tenant."""
