"""Records, amounts, units, days, periods, filters, meters and prices as values. Pure."""
