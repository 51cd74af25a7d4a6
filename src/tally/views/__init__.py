"""One module a page, plus the resources that the pages share."""
