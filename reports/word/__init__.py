"""Word documents of a release, from templates that an office edits: the report, reminder letters, why targets are missed."""
