-- Returns whether any record has a cost.
SELECT EXISTS (
    SELECT
    FROM consumption_records
    WHERE user_id = :user_id
    AND cost IS NOT NULL
    AND deleted_at IS NULL
) AS has_costs
