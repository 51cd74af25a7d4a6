-- Returns how many records of a change cover days ahead of the first that there is. Those of a reading
-- follow from the readings of its meter.
SELECT COUNT(*) AS early
FROM consumption_records
WHERE user_id = :user_id
AND change_id = :change
AND reading IS NULL
AND consumption_date - days + 1 < :earliest
