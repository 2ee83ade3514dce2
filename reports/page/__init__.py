"""The page of a release: static files that open from a disk or any web server and load nothing from elsewhere."""
