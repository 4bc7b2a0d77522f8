"""Writers of every platform's files, made from descriptions of the formats, not from readers."""
