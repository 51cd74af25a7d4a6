-- Returns one record, locked until the transaction ends.
SELECT {record_columns}
FROM consumption_records
WHERE user_id = :user_id
AND id = :id
FOR UPDATE
