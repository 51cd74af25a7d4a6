-- Returns how many records of a change had a value above 0 that a conversion has made 0.
SELECT COUNT(*) AS vanished
FROM consumption_records
WHERE user_id = :user_id
AND change_id = :change
AND consumption_value = 0
AND CAST(before ->> 'consumption_value' AS numeric) > 0
