-- Returns one record, locked until the transaction ends; a reading only where the lock of the account's
-- readings is held already, since the transaction that holds that may wait for this record.
SELECT {record_columns}
FROM consumption_records
WHERE user_id = :user_id
AND id = :id
AND (:readings OR reading IS NULL)
FOR UPDATE
