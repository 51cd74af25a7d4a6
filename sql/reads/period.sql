-- Returns the totals of a span of days, a row for each type and unit that has records in it:
-- sum, count of records, days with a record, up to five days with the largest sums (the earliest
-- of equals first), sums of Mondays to Sundays, and the buckets that are not empty with sum and
-- count. A bucket, numbered from 1, reaches from its day in bucket_starts to the next one's.
-- Records of one day only: those of several days are in spread. longest: the most days that any
-- record of the user covers, NULL where all cover one.
-- Without types given it takes those that have a record, up to a number of them; with costs also those of
-- which a meter began at a cost, a record that covers no day and has no totals.
-- Each type's days come in order from idx_consumption_user_type, which spares a hash of them all.
WITH used AS (
    (
        SELECT DISTINCT
            consumption_type AS type,
            unit AS unit
        FROM consumption_records
        WHERE {matching}
        AND days = 1
        AND CAST(:used_types AS text[]) IS NULL
        LIMIT :most
    )
    UNION
    (
        SELECT DISTINCT
            consumption_type AS type,
            unit AS unit
        FROM consumption_records
        WHERE {matching}
        AND {paid_starts}
        AND CAST(:used_types AS text[]) IS NULL
        LIMIT :most
    )
    UNION ALL
    SELECT given.type, given.unit
    FROM unnest({keys}) AS given (type, unit)
),
longest AS (
    SELECT MAX(days) AS days
    FROM consumption_records
    WHERE user_id = :user_id
    AND deleted_at IS NULL
    AND days > 1
)
SELECT
    used.type,
    used.unit,
    (SELECT longest.days FROM longest) AS longest,
    figures.*
FROM used
CROSS JOIN LATERAL (
    WITH days AS (
        SELECT
            consumption_date AS day,
            -- 1900-01-01 was a Monday; whole numbers are quicker than EXTRACT's numeric.
            (consumption_date - DATE '1900-01-01') % 7 AS weekday,
            SUM(consumption_value) AS total,
            COUNT(*) AS entries
        FROM consumption_records
        WHERE {matching}
        AND consumption_records.consumption_type = used.type
        AND consumption_records.unit = used.unit
        AND consumption_records.days = 1
        GROUP BY consumption_date
    ),
    totals AS (
        SELECT
            SUM(total) AS total,
            CAST(SUM(entries) AS bigint) AS entries,
            COUNT(*) AS active_days,
            ARRAY[
                SUM(total) FILTER (WHERE weekday = 0),
                SUM(total) FILTER (WHERE weekday = 1),
                SUM(total) FILTER (WHERE weekday = 2),
                SUM(total) FILTER (WHERE weekday = 3),
                SUM(total) FILTER (WHERE weekday = 4),
                SUM(total) FILTER (WHERE weekday = 5),
                SUM(total) FILTER (WHERE weekday = 6)
            ] AS weekday_totals
        FROM days
    ),
    highest AS (
        SELECT
            array_agg(day) AS highest_days,
            array_agg(total) AS highest_totals
        FROM (
            SELECT day, total
            FROM days
            ORDER BY total DESC, day
            LIMIT 5
        ) AS five
    ),
    buckets AS (
        SELECT
            width_bucket(day, CAST(:bucket_starts AS date[])) AS bucket,
            SUM(total) AS total,
            CAST(SUM(entries) AS bigint) AS entries
        FROM days
        GROUP BY bucket
    ),
    series AS (
        SELECT
            array_agg(bucket) AS buckets,
            array_agg(total) AS bucket_totals,
            array_agg(entries) AS bucket_entries
        FROM buckets
    )
    SELECT *
    FROM totals
    CROSS JOIN highest
    CROSS JOIN series
) AS figures
