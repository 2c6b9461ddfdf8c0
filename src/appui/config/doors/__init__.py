"""Every operation of the API from the command line."""
