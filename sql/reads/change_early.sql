-- Returns how many records of a change begin before the earliest day that a record may have. Readings are
-- not counted: their days follow from the other readings of their meter.
SELECT COUNT(*) AS early
FROM consumption_records
WHERE user_id = :user_id
AND change_id = :change
AND reading IS NULL
AND consumption_date - days + 1 < :earliest
