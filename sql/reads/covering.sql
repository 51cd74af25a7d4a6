-- Returns the records of given types and units that cover several days, at least one in a span. Records
-- of the same days are one row; the latest come first. reading: the figure of the meter where a row is a
-- single record with one.
SELECT
    consumption_type AS type,
    unit,
    consumption_date,
    days,
    SUM(consumption_value) AS total,
    COUNT(*) AS entries,
    CASE WHEN COUNT(*) = 1 THEN MAX(reading) END AS reading
FROM consumption_records
WHERE {matching}
AND days > 1
AND consumption_date - days < :last_day
AND (consumption_type, unit) IN (
    SELECT *
    FROM unnest({keys})
)
GROUP BY consumption_type, unit, consumption_date, days
ORDER BY consumption_date DESC, days DESC
LIMIT :most
