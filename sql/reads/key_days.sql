-- Returns the known days of each given type and unit, whatever the filter: its latest day up to today
-- (NULL without one), the first day that a record covers, and the day up to which it is read: that of
-- the latest reading or, where one of the latest day covers several, that day, and on through each
-- following day with a record of its own; NULL where every day up to today counts.
-- readings, spans: whether it has readings, and records that cover several days.
-- The most recently used come first: by day, then by when it was written, then by name.
-- One step into an index for each, however many records there are.
SELECT
    used.type,
    used.unit,
    latest.consumption_date AS latest_day,
    LEAST(first.first_day, early.first_day) AS first_day,
    COALESCE(following.day, base.day) AS read_to,
    latest_reading.day IS NOT NULL AS readings,
    spanning.days IS NOT NULL AS spans
FROM unnest(
    CAST(:used_types AS text[]),
    CAST(:used_units AS text[])
) AS used (type, unit)
LEFT JOIN LATERAL (
    SELECT
        consumption_records.consumption_date,
        consumption_records.created_at
    FROM consumption_records
    WHERE consumption_records.user_id = :user_id
    AND consumption_records.deleted_at IS NULL
    AND consumption_records.consumption_type = used.type
    AND consumption_records.unit = used.unit
    AND consumption_records.consumption_date <= :today
    ORDER BY
        consumption_records.consumption_date DESC,
        consumption_records.created_at DESC,
        consumption_records.id DESC
    LIMIT 1
) AS latest ON TRUE
LEFT JOIN LATERAL (
    SELECT
        consumption_records.consumption_date - consumption_records.days + 1 AS first_day,
        consumption_records.consumption_date
    FROM consumption_records
    WHERE consumption_records.user_id = :user_id
    AND consumption_records.deleted_at IS NULL
    AND consumption_records.consumption_type = used.type
    AND consumption_records.unit = used.unit
    AND consumption_records.days > 0
    ORDER BY consumption_records.consumption_date
    LIMIT 1
) AS first ON TRUE
-- The most days that one of its records covers; NULL where all cover one.
CROSS JOIN LATERAL (
    SELECT MAX(consumption_records.days) AS days
    FROM consumption_records
    WHERE consumption_records.user_id = :user_id
    AND consumption_records.deleted_at IS NULL
    AND consumption_records.consumption_type = used.type
    AND consumption_records.unit = used.unit
    AND consumption_records.days > 1
) AS spanning
CROSS JOIN LATERAL (
    SELECT MIN(consumption_records.consumption_date - consumption_records.days + 1) AS first_day
    FROM consumption_records
    WHERE consumption_records.user_id = :user_id
    AND consumption_records.deleted_at IS NULL
    AND consumption_records.consumption_type = used.type
    AND consumption_records.unit = used.unit
    AND consumption_records.days > 1
    AND consumption_records.consumption_date
        BETWEEN first.consumption_date AND first.consumption_date + spanning.days
) AS early
-- One step for each of its meters, of which most types have none.
CROSS JOIN LATERAL (
    WITH RECURSIVE meters AS (
        (
            SELECT consumption_records.meter
            FROM consumption_records
            WHERE consumption_records.user_id = :user_id
            AND consumption_records.deleted_at IS NULL
            AND consumption_records.consumption_type = used.type
            AND consumption_records.unit = used.unit
            AND consumption_records.reading IS NOT NULL
            ORDER BY consumption_records.meter
            LIMIT 1
        )
        UNION ALL
        SELECT following.meter
        FROM meters
        CROSS JOIN LATERAL (
            SELECT consumption_records.meter
            FROM consumption_records
            WHERE consumption_records.user_id = :user_id
            AND consumption_records.deleted_at IS NULL
            AND consumption_records.consumption_type = used.type
            AND consumption_records.unit = used.unit
            AND consumption_records.reading IS NOT NULL
            AND consumption_records.meter > meters.meter
            ORDER BY consumption_records.meter
            LIMIT 1
        ) AS following
    )
    SELECT MAX(last_of_meter.consumption_date) AS day
    FROM meters
    CROSS JOIN LATERAL (
        SELECT consumption_records.consumption_date
        FROM consumption_records
        WHERE consumption_records.user_id = :user_id
        AND consumption_records.deleted_at IS NULL
        AND consumption_records.consumption_type = used.type
        AND consumption_records.unit = used.unit
        AND consumption_records.reading IS NOT NULL
        AND consumption_records.meter = meters.meter
        ORDER BY consumption_records.consumption_date DESC
        LIMIT 1
    ) AS last_of_meter
) AS latest_reading
-- A record of tomorrow may cover today.
CROSS JOIN LATERAL (
    SELECT MAX(consumption_records.consumption_date) AS day
    FROM consumption_records
    WHERE consumption_records.user_id = :user_id
    AND spanning.days > 1
    AND consumption_records.deleted_at IS NULL
    AND consumption_records.consumption_type = used.type
    AND consumption_records.unit = used.unit
    AND consumption_records.days > 1
    AND consumption_records.consumption_date > :today
    AND consumption_records.consumption_date - consumption_records.days < :today
) AS tomorrow
CROSS JOIN LATERAL (
    SELECT
        GREATEST(
            latest_reading.day,
            tomorrow.day,
            (
                SELECT MAX(consumption_records.consumption_date)
                FROM consumption_records
                WHERE consumption_records.user_id = :user_id
                AND spanning.days > 1
                AND consumption_records.deleted_at IS NULL
                AND consumption_records.consumption_type = used.type
                AND consumption_records.unit = used.unit
                AND consumption_records.days > 1
                AND consumption_records.consumption_date = latest.consumption_date
            )
        ) AS day
) AS base
CROSS JOIN LATERAL (
    SELECT MAX(noted.day) AS day
    FROM (
        SELECT
            consumption_records.consumption_date AS day,
            row_number() OVER (ORDER BY consumption_records.consumption_date) AS place
        FROM consumption_records
        WHERE consumption_records.user_id = :user_id
        AND consumption_records.deleted_at IS NULL
        AND consumption_records.consumption_type = used.type
        AND consumption_records.unit = used.unit
        AND consumption_records.days = 1
        AND consumption_records.consumption_date > base.day
        AND consumption_records.consumption_date <= :today
        GROUP BY consumption_records.consumption_date
    ) AS noted
    WHERE noted.day = base.day + CAST(noted.place AS integer)
) AS following
ORDER BY
    latest.consumption_date DESC NULLS LAST,
    latest.created_at DESC,
    used.type COLLATE "C",
    used.unit COLLATE "C"
