-- Returns the records of given types and units that cover several days and any day of a span: those
-- of the same days together, the latest first. reading: that of a record which is alone in its days.
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
    FROM unnest(
        CAST(:used_types AS text[]),
        CAST(:used_units AS text[])
    )
)
GROUP BY consumption_type, unit, consumption_date, days
ORDER BY consumption_date DESC, days DESC
LIMIT :most
