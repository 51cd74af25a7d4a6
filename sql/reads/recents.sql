-- Returns the (type, unit) logged most and latest among a user's newest records, the weight of a
-- record halving every 14 days, with the values of the newest records of each, newest first.
-- are_bills: each of these records covers several days.
WITH newest AS (
    SELECT consumption_type, unit, consumption_date, created_at, days
    FROM consumption_records
    WHERE user_id = :user_id
    AND deleted_at IS NULL
    ORDER BY consumption_date DESC, created_at DESC, id DESC
    LIMIT :newest
),
weighed AS (
    SELECT
        consumption_type,
        unit,
        -- Beyond 15 000 days the power would underflow, which is an error.
        SUM(power(0.5, CAST(LEAST(:today - consumption_date, 10000) AS double precision) / 14)) AS weight,
        MAX(created_at) AS created_at,
        bool_and(days > 1) AS are_bills
    FROM newest
    GROUP BY consumption_type, unit
    ORDER BY weight DESC, created_at DESC
    LIMIT :most
)
SELECT
    weighed.consumption_type,
    weighed.unit,
    ARRAY(
        SELECT consumption_records.consumption_value
        FROM consumption_records
        WHERE consumption_records.user_id = :user_id
        AND consumption_records.deleted_at IS NULL
        AND consumption_records.consumption_type = weighed.consumption_type
        AND consumption_records.unit = weighed.unit
        ORDER BY
            consumption_records.consumption_date DESC,
            consumption_records.created_at DESC,
            consumption_records.id DESC
        LIMIT :values
    ) AS latest_values,
    weighed.are_bills
FROM weighed
ORDER BY weighed.weight DESC, weighed.created_at DESC
