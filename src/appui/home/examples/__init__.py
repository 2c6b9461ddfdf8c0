"""The worked examples: five institutions with public figures and their sources.

The facts stand in ``data`` (its README says what is stated, where, and what is not); ``load`` puts
them into the rooms through the rooms' own actions. A record that is there already is left as it is.
"""
