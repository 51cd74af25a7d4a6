-- Returns the sum of each given type and unit in its given span of days, NULL without a record:
-- records of one day only, those of several days are in spread_sums.
SELECT
    span.type,
    span.unit,
    span.first_day,
    span.last_day,
    matched.total
FROM unnest({spans}) AS span (type, unit, first_day, last_day)
CROSS JOIN LATERAL (
    SELECT SUM(consumption_value) AS total
    FROM consumption_records
    WHERE {matching}
    AND consumption_records.consumption_type = span.type
    AND consumption_records.unit = span.unit
    AND consumption_records.days = 1
    AND consumption_records.consumption_date BETWEEN span.first_day AND span.last_day
) AS matched
