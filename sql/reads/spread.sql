-- Returns the part of records of several days in a span of days: a row for each type, unit
-- and bucket. Buckets are those of period; bucket_starts has their first days and, at its end, the day
-- after the last one. Bucket 0 is all days before.
-- ended: the values of those whose last day is in the bucket. crossing: the share, up to its end, of
-- those that go on beyond it, to 40 decimals. touching: how many cover a day of it; begun: how many of
-- these are in no earlier bucket but 0.
-- Without given types it returns those that have such a record, up to a number of them.
WITH used AS (
    (
        SELECT DISTINCT
            consumption_type AS used_type,
            unit AS used_unit
        FROM consumption_records
        WHERE {matching}
        AND days > 1
        AND consumption_date - days < :last_day
        AND CAST(:used_types AS text[]) IS NULL
        LIMIT :most
    )
    UNION ALL
    SELECT given.type, given.unit
    FROM unnest({keys}) AS given (type, unit)
),
-- a_day: the value by its days, divided once and so fine that sums of it are exact to 40 decimals;
-- offset_days: the days from the first bucket on to the record's first one.
spans AS MATERIALIZED (
    SELECT
        consumption_type,
        unit,
        consumption_value,
        ROUND(CAST(consumption_value AS numeric(80, 60)) / days, 60) AS a_day,
        consumption_date - days + 1 - (CAST(:bucket_starts AS date[]))[1] AS offset_days,
        width_bucket(consumption_date - days + 1, CAST(:bucket_starts AS date[])) AS first_bucket,
        width_bucket(consumption_date, CAST(:bucket_starts AS date[])) AS last_bucket
    FROM consumption_records
    WHERE {matching}
    AND days > 1
    AND consumption_date - days < :last_day
    AND (consumption_type, unit) IN (SELECT used_type, used_unit FROM used)
),
-- A record counts from the bucket in which it begins to the one in which it ends: it is looked at in
-- these two, however many lie between. offset_days are times a_day from here on.
turns AS (
    SELECT
        spans.consumption_type,
        spans.unit,
        turn.*
    FROM spans
    CROSS JOIN LATERAL (
        VALUES
        (first_bucket, 1, 0, 0, a_day, a_day * offset_days),
        (last_bucket, 0, 1, consumption_value, -a_day, -a_day * offset_days)
    ) AS turn (bucket, begun, finished, ended, a_day, offset_days)
    UNION ALL
    SELECT used_type, used_unit, bucket, 0, 0, 0, 0, 0
    FROM used
    CROSS JOIN generate_series(0, cardinality(CAST(:bucket_starts AS date[])) - 1) AS bucket
),
running AS (
    SELECT
        consumption_type,
        unit,
        bucket,
        SUM(begun) AS begun,
        SUM(ended) AS ended,
        SUM(SUM(begun)) OVER up_to_here - SUM(SUM(finished)) OVER up_to_here + SUM(finished) AS touching,
        SUM(SUM(a_day)) OVER up_to_here AS a_day,
        SUM(SUM(offset_days)) OVER up_to_here AS offset_days
    FROM turns
    GROUP BY consumption_type, unit, bucket
    WINDOW up_to_here AS (PARTITION BY consumption_type, unit ORDER BY bucket)
)
SELECT
    consumption_type AS type,
    unit,
    bucket,
    ended,
    ROUND(
        ((CAST(:bucket_starts AS date[]))[bucket + 1] - (CAST(:bucket_starts AS date[]))[1]) * a_day
            - offset_days,
        40
    ) AS crossing,
    CAST(touching AS bigint) AS touching,
    CAST(CASE bucket WHEN 0 THEN 0 WHEN 1 THEN touching ELSE begun END AS bigint) AS begun
FROM running
WHERE touching > 0
AND bucket < cardinality(CAST(:bucket_starts AS date[]))
