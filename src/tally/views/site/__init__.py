"""What belongs to no page: the frame of all, the keys, the installed application, OpenAPI."""
