"""Writers of every platform's files, made from the descriptions of the formats, not from readers."""
