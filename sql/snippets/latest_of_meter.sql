-- The latest reading of the meter, type and unit of the row `used`: a condition with its order and limit.
{of_meter}
ORDER BY
    consumption_records.consumption_date DESC,
    consumption_records.created_at DESC,
    consumption_records.id DESC
LIMIT 1
