-- Returns the records that earlier files brought of these types and units between two days.
SELECT {record_columns}
FROM consumption_records
WHERE user_id = :user_id
AND deleted_at IS NULL
AND {of_files}
AND consumption_date BETWEEN :first_day AND :last_day
AND (consumption_type, unit) IN (
    SELECT *
    FROM unnest({keys})
)
ORDER BY consumption_date, created_at, id
