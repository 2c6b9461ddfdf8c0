"""The look and the furniture of every page: shell, listings, forms, tags, charts, maps, exports.

Knows the kernel only; holds no word of the domain.
"""
