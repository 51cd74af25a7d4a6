-- Returns the meters whose readings are among the matching records, or those of them with these ids.
SELECT DISTINCT
    consumption_type,
    unit,
    meter
FROM consumption_records
WHERE {matching}
AND (CAST(:ids AS uuid[]) IS NULL OR consumption_records.id = ANY (CAST(:ids AS uuid[])))
AND reading IS NOT NULL
ORDER BY consumption_type, unit, meter
