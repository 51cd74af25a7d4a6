-- Returns, of the records that cover several days, what a span of days holds: a row for each type,
-- unit, length and bucket. Buckets as in period, their first days in bucket_starts, behind which
-- stands the day after the last; bucket 0 is all that lies before.
-- ended: the values of those whose last day is in the bucket. crossing: of those that go on beyond
-- it, value times the days up to its end, so that divided by the length it is their share so far.
-- touching: how many cover a day of it; begun: those that are in no earlier bucket but 0.
WITH spans AS (
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
)
SELECT
    spans.consumption_type AS type,
    spans.unit,
    spans.days,
    bucket,
    COALESCE(SUM(spans.consumption_value) FILTER (WHERE bucket = spans.last_bucket), 0) AS ended,
    COALESCE(
        SUM(
            spans.consumption_value
            * (((CAST(:bucket_starts AS date[]))[bucket + 1]) - spans.first_day)
        ) FILTER (WHERE bucket < spans.last_bucket),
        0
    ) AS crossing,
    COUNT(*) AS touching,
    COUNT(*) FILTER (WHERE bucket = GREATEST(spans.first_bucket, 1)) AS begun
FROM spans
CROSS JOIN LATERAL generate_series(
    spans.first_bucket,
    LEAST(spans.last_bucket, cardinality(CAST(:bucket_starts AS date[])) - 1)
) AS bucket
GROUP BY spans.consumption_type, spans.unit, spans.days, bucket
