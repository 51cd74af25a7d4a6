-- Returns the part of records of several days in a span of days: a row for each type, unit
-- and bucket. Buckets as in period, their first days in bucket_starts, behind which stands the day
-- after the last; bucket 0 is all that lies before.
-- ended: the values of those whose last day is in the bucket. crossing: of those that go on beyond
-- it, their share up to its end, to 40 decimals. touching: how many cover a day of it; begun: those
-- that are in no earlier bucket but 0.
-- Without types given it takes those that have such a record, up to a number of them.
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
    FROM unnest(
        CAST(:used_types AS text[]),
        CAST(:used_units AS text[])
    ) AS given (type, unit)
),
spans AS (
    SELECT
        consumption_type,
        unit,
        days,
        consumption_value,
        consumption_date - days + 1 AS first_day,
        width_bucket(consumption_date - days + 1, CAST(:bucket_starts AS date[])) AS first_bucket,
        width_bucket(consumption_date, CAST(:bucket_starts AS date[])) AS last_bucket
    FROM consumption_records
    WHERE {matching}
    AND days > 1
    AND consumption_date - days < :last_day
    AND (consumption_type, unit) IN (SELECT used_type, used_unit FROM used)
),
-- Divided once for each length, however many records have it.
lengths AS (
    SELECT
        spans.consumption_type,
        spans.unit,
        spans.days,
        bucket,
        SUM(spans.consumption_value) FILTER (WHERE bucket = spans.last_bucket) AS ended,
        SUM(
            spans.consumption_value
            * (((CAST(:bucket_starts AS date[]))[bucket + 1]) - spans.first_day)
        ) FILTER (WHERE bucket < spans.last_bucket) AS crossing,
        COUNT(*) AS touching,
        COUNT(*) FILTER (WHERE bucket = GREATEST(spans.first_bucket, 1)) AS begun
    FROM spans
    CROSS JOIN LATERAL generate_series(
        spans.first_bucket,
        LEAST(spans.last_bucket, cardinality(CAST(:bucket_starts AS date[])) - 1)
    ) AS bucket
    GROUP BY spans.consumption_type, spans.unit, spans.days, bucket
)
SELECT
    consumption_type AS type,
    unit,
    bucket,
    COALESCE(SUM(ended), 0) AS ended,
    COALESCE(SUM(ROUND(CAST(crossing AS numeric(80, 40)) / days, 40)), 0) AS crossing,
    CAST(SUM(touching) AS bigint) AS touching,
    CAST(SUM(begun) AS bigint) AS begun
FROM lengths
GROUP BY consumption_type, unit, bucket
