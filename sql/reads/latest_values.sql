-- Returns the values of the newest records of each given type and unit, newest first; of a record of
-- several days a day's share; are_shares: whether there is such a one. The start of a meter is no value.
SELECT
    used.type AS consumption_type,
    used.unit AS unit,
    array_agg(latest.consumption_value) AS latest_values,
    bool_or(latest.is_share) AS are_shares
FROM unnest({keys}) AS used (type, unit)
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN days = 1 THEN consumption_value
            ELSE round(consumption_value / days, {max_decimals})
        END AS consumption_value,
        days > 1 AS is_share
    FROM consumption_records
    WHERE {of_used}
    AND days > 0
    ORDER BY consumption_date DESC, created_at DESC, id DESC
    LIMIT :most
) AS latest
GROUP BY used.type, used.unit
