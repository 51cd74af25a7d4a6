-- Returns one record, locked until the transaction ends. A reading is returned only if this transaction
-- holds the lock of the account's readings: another holder of that lock may wait for this record.
SELECT {record_columns}
FROM consumption_records
WHERE user_id = :user_id
AND id = :id
AND (:readings OR reading IS NULL)
FOR UPDATE
