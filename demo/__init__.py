"""A made-up district with exports, registers and its own books. Shares no code with the pipeline that it tests."""
