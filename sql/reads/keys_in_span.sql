-- Returns a page of the types and units with a record on any day of a span, the most recently used first
-- (as in key_days), but for those that are passed over, and how many there are in all, these too. With costs,
-- those with a meter that began in the span at a cost are included. Those with records after today alone, such
-- as a bill that ends tomorrow, come last, as if their latest one were of the earliest day that there is.
WITH used AS (
    SELECT DISTINCT
        consumption_type AS type,
        unit AS unit
    FROM consumption_records
    WHERE {matching}
    AND days > 0
    AND consumption_date - days < :last_day
    UNION
    SELECT
        consumption_type AS type,
        unit AS unit
    FROM consumption_records
    WHERE {matching}
    AND {paid_starts}
    AND consumption_date <= :last_day
),
placed AS (
    SELECT
        used.type,
        used.unit,
        COALESCE(latest.consumption_date, DATE '1900-01-01') AS consumption_date,
        COALESCE(latest.created_at, to_timestamp(0)) AS created_at
    FROM used
    LEFT JOIN LATERAL (
        SELECT
            consumption_records.consumption_date,
            consumption_records.created_at
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.consumption_date <= :today
        ORDER BY
            consumption_records.consumption_date DESC,
            consumption_records.created_at DESC
        LIMIT 1
    ) AS latest ON TRUE
)
SELECT
    type,
    unit,
    consumption_date,
    created_at,
    (SELECT COUNT(*) FROM placed) AS all_of_them
FROM placed
WHERE (type, unit) NOT IN (SELECT * FROM unnest({keys}))
AND (
    CAST(:after_day AS date) IS NULL
    OR (consumption_date, created_at) < (:after_day, :after_time)
    OR (
        (consumption_date, created_at) = (:after_day, :after_time)
        AND (type COLLATE "C", unit COLLATE "C") > (:after_type, :after_unit)
    )
)
ORDER BY
    consumption_date DESC,
    created_at DESC,
    type COLLATE "C",
    unit COLLATE "C"
LIMIT :most
