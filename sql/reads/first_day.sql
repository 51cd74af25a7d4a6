-- Returns the day of the first matching record, NULL without one.
SELECT MIN(consumption_date)
FROM consumption_records
WHERE {matching}
