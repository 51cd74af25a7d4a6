-- The readings of the meter, type and unit of the row `used`, without deleted ones.
{of_used}
AND consumption_records.reading IS NOT NULL
AND consumption_records.meter = used.meter
