-- Returns every matching record, or those of them with these ids, as the texts of an exported file in
-- the order of its columns, newest first.
SELECT
    CAST(id AS text) AS id,
    to_char(consumption_date, 'YYYY-MM-DD') AS consumption_date,
    CAST(trim_scale(consumption_value) AS text) AS consumption_value,
    consumption_type,
    unit,
    notes,
    to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00' AS created_at,
    CAST(days AS text) AS days,
    COALESCE(CAST(trim_scale(reading) AS text), '') AS reading,
    COALESCE(CAST(meter AS text), '') AS meter,
    COALESCE(CAST(trim_scale(cost) AS text), '') AS cost
FROM consumption_records
WHERE {matching}
AND (CAST(:ids AS uuid[]) IS NULL OR consumption_records.id = ANY (CAST(:ids AS uuid[])))
ORDER BY
    consumption_records.consumption_date DESC,
    consumption_records.created_at DESC,
    consumption_records.id DESC
