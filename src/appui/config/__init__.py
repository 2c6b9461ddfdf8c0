"""Settings, root addresses, and the assembly of the web, API and command-line doors.

Imported by no other room.
"""
