"""What must hold: row rules, Great Expectations suites, the verdict."""
