-- Returns running sums of what the records of given types and units cost: a row for the first day of each
-- given span of days, for the day after its last, and for each day between on which a price of the unit begins.
-- A row has the sums over all records before its day, so the difference of two rows is the sum over the days
-- between them, where given spans cover these. The first row has the prices of the account, too.
-- begun, finished: how many records with a cost begin, and how many end, before the day. costs, amounts: for
-- records of one day the sum of the costs, and of the values of those without a cost; a meter's start, whose
-- cost counts on its day, is among them. spread_costs, spread_amounts: the same of the shares of records of
-- several days, to 40 decimals.
WITH account AS (
    SELECT users.prices
    FROM users
    WHERE users.id = :user_id
),
given AS (
    SELECT span.*
    FROM unnest({spans}) AS span (type, unit, first_day, last_day)
),
price_starts AS (
    SELECT DISTINCT
        price ->> 'unit' AS unit,
        CAST(price ->> 'from' AS date) AS day
    FROM account
    CROSS JOIN jsonb_array_elements(account.prices) AS price
),
-- opening: how many spans begin on the day less how many ended on the day before.
edges AS (
    SELECT
        type,
        unit,
        day,
        SUM(opening) AS opening
    FROM (
        SELECT
            given.type,
            given.unit,
            edge.*
        FROM given
        CROSS JOIN LATERAL (VALUES (first_day, 1), (last_day + 1, -1)) AS edge (day, opening)
        UNION ALL
        SELECT
            reach.type,
            reach.unit,
            price_starts.day,
            0
        FROM (
            SELECT
                type,
                unit,
                MIN(first_day) AS first_day,
                MAX(last_day) AS last_day
            FROM given
            GROUP BY type, unit
        ) AS reach
        INNER JOIN price_starts ON price_starts.unit = reach.unit
        WHERE price_starts.day BETWEEN reach.first_day AND reach.last_day
    ) AS edge
    GROUP BY type, unit, day
),
-- The days from one edge to the next. bucket: how many edges lie before the latter.
stretches AS (
    SELECT
        type,
        unit,
        lag(day) OVER in_order AS first_day,
        day AS next_day,
        SUM(opening) OVER in_order > opening AS is_covered,
        row_number() OVER in_order - 1 AS bucket
    FROM edges
    WINDOW in_order AS (PARTITION BY type, unit ORDER BY day)
),
-- Each record of several days, divided once for all spans. a_day: its cost, or its value if it has none, by
-- its days, so fine that sums of it are exact to 40 decimals. offset_days: from a fixed day on to its first.
reaching AS MATERIALIZED (
    SELECT
        reach.type,
        reach.unit,
        cost IS NOT NULL AS is_costed,
        ROUND(CAST(COALESCE(cost, consumption_value) AS numeric(80, 60)) / days, 60) AS a_day,
        days,
        consumption_date - days + 1 - DATE '2000-01-01' AS offset_days,
        width_bucket(consumption_date - days + 1, edge_days) AS first_bucket,
        width_bucket(consumption_date, edge_days) AS last_bucket
    FROM (
        SELECT
            type,
            unit,
            array_agg(day ORDER BY day) AS edge_days,
            MIN(day) AS first_day,
            MAX(day) AS next_day
        FROM edges
        GROUP BY type, unit
    ) AS reach
    CROSS JOIN LATERAL (
        SELECT
            consumption_date,
            consumption_value,
            days,
            cost
        FROM consumption_records
        WHERE {matching}
        AND days > 1
        AND consumption_records.consumption_type = reach.type
        AND consumption_records.unit = reach.unit
        AND consumption_records.consumption_date >= reach.first_day
        AND consumption_records.consumption_date < reach.next_day + {max_days}
        AND consumption_records.consumption_date - days < reach.next_day - 1
    ) AS record
),
-- What comes before each edge and not before the one in front of it. A record of several days counts from
-- its first day on, and no more from the day after its last.
steps AS (
    SELECT
        type,
        unit,
        bucket,
        next_day AS day,
        single.costed AS begun,
        single.costed AS finished,
        single.costs,
        single.amounts,
        0 AS cost_a_day,
        0 AS cost_offset,
        0 AS amount_a_day,
        0 AS amount_offset
    FROM stretches
    CROSS JOIN LATERAL (
        SELECT
            COUNT(cost) AS costed,
            COALESCE(SUM(cost), 0) AS costs,
            COALESCE(SUM(consumption_value) FILTER (WHERE cost IS NULL), 0) AS amounts
        FROM consumption_records
        WHERE {matching}
        AND days <= 1
        AND stretches.is_covered
        AND consumption_records.consumption_type = stretches.type
        AND consumption_records.unit = stretches.unit
        AND consumption_records.consumption_date >= stretches.first_day
        AND consumption_records.consumption_date < stretches.next_day
    ) AS single
    UNION ALL
    SELECT
        type,
        unit,
        first_bucket,
        NULL,
        COUNT(*) FILTER (WHERE is_costed),
        0,
        0,
        0,
        SUM(a_day) FILTER (WHERE is_costed),
        SUM(a_day * offset_days) FILTER (WHERE is_costed),
        SUM(a_day) FILTER (WHERE NOT is_costed),
        SUM(a_day * offset_days) FILTER (WHERE NOT is_costed)
    FROM reaching
    GROUP BY type, unit, first_bucket
    UNION ALL
    SELECT
        type,
        unit,
        last_bucket,
        NULL,
        0,
        COUNT(*) FILTER (WHERE is_costed),
        0,
        0,
        -SUM(a_day) FILTER (WHERE is_costed),
        -SUM(a_day * (offset_days + days)) FILTER (WHERE is_costed),
        -SUM(a_day) FILTER (WHERE NOT is_costed),
        -SUM(a_day * (offset_days + days)) FILTER (WHERE NOT is_costed)
    FROM reaching
    GROUP BY type, unit, last_bucket
),
running AS (
    SELECT
        type,
        unit,
        MAX(day) AS day,
        SUM(SUM(begun)) OVER up_to_here AS begun,
        SUM(SUM(finished)) OVER up_to_here AS finished,
        SUM(SUM(costs)) OVER up_to_here AS costs,
        SUM(SUM(amounts)) OVER up_to_here AS amounts,
        SUM(SUM(cost_a_day)) OVER up_to_here AS cost_a_day,
        SUM(SUM(cost_offset)) OVER up_to_here AS cost_offset,
        SUM(SUM(amount_a_day)) OVER up_to_here AS amount_a_day,
        SUM(SUM(amount_offset)) OVER up_to_here AS amount_offset
    FROM steps
    GROUP BY type, unit, bucket
    WINDOW up_to_here AS (PARTITION BY type, unit ORDER BY bucket)
)
SELECT
    type,
    unit,
    day,
    CAST(begun AS bigint) AS begun,
    CAST(finished AS bigint) AS finished,
    costs,
    amounts,
    ROUND((day - DATE '2000-01-01') * cost_a_day - cost_offset, 40) AS spread_costs,
    ROUND((day - DATE '2000-01-01') * amount_a_day - amount_offset, 40) AS spread_amounts,
    CASE WHEN row_number() OVER () = 1 THEN (SELECT account.prices FROM account) END AS prices
FROM running
WHERE day IS NOT NULL
