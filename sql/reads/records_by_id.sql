-- Returns the records of one user with these ids, deleted ones too.
SELECT {record_columns}
FROM consumption_records
WHERE user_id = :user_id
AND id = ANY(CAST(:ids AS uuid[]))
