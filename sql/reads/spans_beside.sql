-- Returns the given spans of days that hold amounts of their type and unit, or lie within them. holds_of_file,
-- holds_of_none: whether an amount that a file brought (its id tells), and one that none did, lies within the span,
-- if it is of several days. around_of_file, around_of_none: the last day of a longer amount around it. place: that
-- of the span, from 1. Where :wins, the file replaces amounts of files on the last day.
-- Spans and amounts are put in order together, so each is looked at once, however many there are.
WITH given AS (
    SELECT *
    FROM unnest({spans}) WITH ORDINALITY AS span (type, unit, first_day, last_day, place)
),
used AS (
    SELECT
        type,
        unit,
        MIN(first_day) AS first_day,
        MAX(last_day) AS last_day,
        MIN(first_day) FILTER (WHERE last_day > first_day) AS first_day_of_several,
        MAX(last_day) FILTER (WHERE last_day > first_day) AS last_day_of_several
    FROM given
    GROUP BY type, unit
),
amounts AS (
    SELECT used.type, used.unit, consumption_date, days, id
    FROM used
    JOIN consumption_records
        ON {of_used}
        AND days > 1
        AND consumption_date >= used.first_day
        AND consumption_date - days < used.last_day
        AND reading IS NULL
        AND change_id <> :change
    UNION ALL
    SELECT used.type, used.unit, consumption_date, days, id
    FROM used
    JOIN consumption_records
        ON {of_used}
        AND days = 1
        AND consumption_date BETWEEN used.first_day_of_several AND used.last_day_of_several
        AND reading IS NULL
        AND change_id <> :change
),
-- of_file: NULL for a given span.
in_order AS (
    SELECT
        place, type, unit, first_day, last_day,
        CAST(NULL AS boolean) AS of_file
    FROM given
    UNION ALL
    SELECT
        NULL,
        type,
        unit,
        consumption_date - days + 1,
        consumption_date,
        id BETWEEN :first_id AND :last_id
    FROM amounts
),
ends AS (
    SELECT
        place,
        first_day,
        last_day,
        MIN(last_day) FILTER (WHERE of_file) OVER begun_since AS first_of_file,
        MIN(last_day) FILTER (WHERE NOT of_file) OVER begun_since AS first_of_none,
        MAX(last_day) FILTER (WHERE of_file) OVER begun_before AS before_of_file,
        MAX(last_day) FILTER (WHERE NOT of_file) OVER begun_before AS before_of_none,
        MAX(last_day) FILTER (WHERE of_file) OVER begun_by_then AS by_then_of_file,
        MAX(last_day) FILTER (WHERE NOT of_file) OVER begun_by_then AS by_then_of_none
    FROM in_order
    WINDOW
        begun_since AS (PARTITION BY type, unit ORDER BY first_day DESC RANGE UNBOUNDED PRECEDING),
        begun_before AS (
            PARTITION BY type, unit ORDER BY first_day
            RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL '1 day' PRECEDING
        ),
        begun_by_then AS (PARTITION BY type, unit ORDER BY first_day RANGE UNBOUNDED PRECEDING)
),
beside AS (
    SELECT
        place,
        last_day > first_day AND COALESCE(first_of_file <= last_day - CAST(:wins AS integer), FALSE) AS holds_of_file,
        last_day > first_day AND COALESCE(first_of_none <= last_day, FALSE) AS holds_of_none,
        GREATEST(
            CASE WHEN before_of_file >= last_day THEN before_of_file END,
            CASE WHEN by_then_of_file > last_day THEN by_then_of_file END
        ) AS around_of_file,
        GREATEST(
            CASE WHEN before_of_none >= last_day THEN before_of_none END,
            CASE WHEN by_then_of_none > last_day THEN by_then_of_none END
        ) AS around_of_none
    FROM ends
    WHERE place IS NOT NULL
)
SELECT
    place,
    holds_of_file,
    holds_of_none,
    around_of_file,
    around_of_none
FROM beside
WHERE holds_of_file
OR holds_of_none
OR around_of_file IS NOT NULL
OR around_of_none IS NOT NULL
ORDER BY place
