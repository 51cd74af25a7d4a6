-- Returns the first day that a matching record covers, NULL without one. With costs, the day on which a meter
-- began at a cost counts, too. A later record may cover days before the date of the first one, but only if its
-- date is no further away than the longest record is long.
SELECT
    LEAST(
        first.day,
        (
            SELECT MIN(consumption_date - days + 1)
            FROM consumption_records
            WHERE {matching}
            AND days > 1
            AND consumption_date <= first.day + longest.days
        ),
        (
            SELECT MIN(consumption_date)
            FROM consumption_records
            WHERE {matching}
            AND {paid_starts}
        )
    )
FROM (
    SELECT MIN(consumption_date) AS day
    FROM consumption_records
    WHERE {matching}
    AND days = 1
) AS noted
CROSS JOIN (
    SELECT
        MAX(days) AS days
    FROM consumption_records
    WHERE user_id = :user_id
    AND days > 1
    AND deleted_at IS NULL
) AS longest
CROSS JOIN LATERAL (
    SELECT
        LEAST(
            noted.day,
            (
                SELECT MIN(consumption_date)
                FROM consumption_records
                WHERE {matching}
                AND days > 1
            )
        ) AS day
) AS first
