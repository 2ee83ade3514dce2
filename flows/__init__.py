"""When things happen: the command line, the nightly way, pulling, publishing, settings. No SQL over rows, no rules."""
