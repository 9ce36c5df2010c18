"""A tenant to watch without having one: its directory, Microsoft Graph in front of it, and stories that happen in it.

``directory``  what the tenant holds, what writing to it does, and the audit records that each write leaves
``scenarios``  attacks and ordinary months, one YAML file a story
``graph``      Microsoft Graph over HTTP on that directory
"""
