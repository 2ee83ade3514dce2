"""From a landed file to canonical rows: formats, profiles, words, dates."""
