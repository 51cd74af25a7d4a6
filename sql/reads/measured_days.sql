-- Returns, for each given type and unit with readings or records of several days, whatever the filter,
-- the first day that a record covers, and read_to, the last day that was read. With readings that is the
-- day of the latest reading or the last day of the latest record of several days, whichever is later;
-- without readings the last day of that record, if no record is later. Each following day with a record
-- of its own extends it. NULL where every day up to today counts.
-- The other parameters of each type and unit are the columns of key_days.
SELECT
    used.type,
    used.unit,
    LEAST(used.first_day, early.first_day) AS first_day,
    COALESCE(following.day, base.day) AS read_to
FROM unnest(
    {keys},
    CAST(:latest_days AS date[]),
    CAST(:first_days AS date[]),
    CAST(:longest AS integer[])
) AS used (type, unit, latest_day, first_day, longest)
-- A longer record after the earliest one may begin before it.
CROSS JOIN LATERAL (
    SELECT MIN(consumption_records.consumption_date - consumption_records.days + 1) AS first_day
    FROM consumption_records
    WHERE {of_used}
    AND consumption_records.days > 1
    AND consumption_records.consumption_date BETWEEN used.first_day AND used.first_day + used.longest
) AS early
-- One step for each of its meters, of which most types have none.
CROSS JOIN LATERAL (
    WITH RECURSIVE meters AS (
        (
            SELECT consumption_records.meter
            FROM consumption_records
            WHERE {of_used}
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
            WHERE {of_used}
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
        WHERE {of_used}
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
    WHERE {of_used}
    AND used.longest > 1
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
                WHERE {of_used}
                AND used.longest > 1
                AND consumption_records.days > 1
                AND consumption_records.consumption_date
                    BETWEEN COALESCE(latest_reading.day, used.latest_day) AND used.latest_day
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
        WHERE {of_used}
        AND consumption_records.days = 1
        AND consumption_records.consumption_date > base.day
        AND consumption_records.consumption_date <= :today
        GROUP BY consumption_records.consumption_date
    ) AS noted
    WHERE noted.day = base.day + CAST(noted.place AS integer)
) AS following
