"""Files at web addresses: asked for politely, kept in the corpus, refused with a reason."""
