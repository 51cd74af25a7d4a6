-- Returns, for each given type, unit and span of days, the stretches of it up to read_to that nobody
-- has read: days that no record covers while the records on both sides are readings or cover several
-- days. covered: how many days of the span matching records cover; what is read does not depend on
-- the filter.
SELECT
    used.type,
    used.unit,
    used.first_day,
    used.last_day,
    covered.days AS covered,
    gaps.first_days,
    gaps.last_days
FROM unnest(
    {spans},
    CAST(:read_to AS date[])
) AS used (type, unit, first_day, last_day, read_to)
CROSS JOIN LATERAL (
    SELECT
        COALESCE(range_agg(records.days), CAST('{}' AS datemultirange)) AS days,
        COALESCE(
            range_agg(records.days) FILTER (WHERE records.matches), CAST('{}' AS datemultirange)
        )
        * datemultirange(daterange(used.first_day, used.last_day, '[]')) AS matching_days
    FROM (
        SELECT
            daterange(
                consumption_records.consumption_date - consumption_records.days + 1,
                consumption_records.consumption_date,
                '[]'
            ) AS days,
            {picked} AS matches
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.days > 1
        AND consumption_records.consumption_date
            BETWEEN used.first_day AND used.last_day + {max_days}
        AND consumption_records.consumption_date - consumption_records.days < used.last_day
        UNION ALL
        SELECT
            daterange(
                consumption_records.consumption_date,
                consumption_records.consumption_date,
                '[]'
            ) AS days,
            bool_or({picked}) AS matches
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.days = 1
        AND consumption_records.consumption_date BETWEEN used.first_day AND used.last_day
        GROUP BY consumption_records.consumption_date
    ) AS records
) AS by_records
CROSS JOIN LATERAL (
    SELECT COALESCE(CAST(SUM(upper(stretch) - lower(stretch)) AS integer), 0) AS days
    FROM unnest(by_records.matching_days) AS stretch
) AS covered
CROSS JOIN LATERAL (
    SELECT
        COALESCE(array_agg(unread.first_day ORDER BY gap), CAST('{}' AS date[])) AS first_days,
        COALESCE(array_agg(unread.last_day ORDER BY gap), CAST('{}' AS date[])) AS last_days
    FROM unnest(
        datemultirange(daterange(used.first_day, used.last_day, '[]'))
        * datemultirange(daterange(NULL, used.read_to, '[]'))
        - by_records.days
    ) AS gap
    -- The records that end last before it.
    CROSS JOIN LATERAL (
        SELECT
            bool_or(
                consumption_records.days > 1 OR consumption_records.reading IS NOT NULL
            ) AS measured,
            MAX(consumption_records.consumption_date) AS day
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.days > 0
        AND consumption_records.consumption_date = (
            SELECT MAX(earlier.consumption_date)
            FROM consumption_records AS earlier
            WHERE earlier.user_id = :user_id
            AND earlier.deleted_at IS NULL
            AND earlier.days > 0
            AND earlier.consumption_type = used.type
            AND earlier.unit = used.unit
            AND earlier.consumption_date < lower(gap)
        )
    ) AS before_gap
    -- The first reading of a meter after those: the days after it follow a reading.
    CROSS JOIN LATERAL (
        SELECT MIN(consumption_records.consumption_date) AS day
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.reading IS NOT NULL
        AND consumption_records.days = 0
        AND consumption_records.consumption_date >= before_gap.day
    ) AS begun
    -- The next day with a record of its own, and the next that a longer one covers first.
    CROSS JOIN LATERAL (
        SELECT MIN(consumption_records.consumption_date) AS day
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.days = 1
        AND consumption_records.consumption_date >= upper(gap)
    ) AS next_noted
    CROSS JOIN LATERAL (
        SELECT MIN(consumption_records.consumption_date - consumption_records.days + 1) AS day
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.days > 1
        AND consumption_records.consumption_date >= upper(gap)
        AND consumption_records.consumption_date
            <= COALESCE(next_noted.day, DATE '9998-12-31' - {max_days}) + {max_days}
    ) AS next_span
    CROSS JOIN LATERAL (
        SELECT bool_or(consumption_records.reading IS NOT NULL) AS is_reading
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.days = 1
        AND consumption_records.consumption_date = next_noted.day
    ) AS next_day
    -- The first reading of a meter covers no day, but the days before it are between readings: the
    -- last one in the gap, and the next one after it.
    CROSS JOIN LATERAL (
        SELECT
            MAX(consumption_records.consumption_date) FILTER (
                WHERE consumption_records.consumption_date < upper(gap)
            ) AS last_within,
            MIN(consumption_records.consumption_date) FILTER (
                WHERE consumption_records.consumption_date >= upper(gap)
            ) AS next_day
        FROM consumption_records
        WHERE {of_used}
        AND consumption_records.reading IS NOT NULL
        AND consumption_records.days = 0
        AND consumption_records.consumption_date >= lower(gap)
    ) AS meter
    CROSS JOIN LATERAL (
        SELECT
            CASE
                WHEN before_gap.measured THEN lower(gap)
                WHEN begun.day IS NOT NULL THEN GREATEST(lower(gap), begun.day + 1)
            END AS first_day,
            CASE
                WHEN meter.next_day <= LEAST(next_noted.day, next_span.day, DATE 'infinity')
                    THEN upper(gap) - 1
                WHEN next_span.day <= COALESCE(next_noted.day, DATE 'infinity') THEN upper(gap) - 1
                WHEN next_day.is_reading THEN upper(gap) - 1
                ELSE meter.last_within
            END AS last_day
    ) AS unread
    WHERE unread.first_day <= unread.last_day
) AS gaps
