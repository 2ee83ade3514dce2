"""What is computed: files become canonical rows, rows become history, history becomes marts."""
