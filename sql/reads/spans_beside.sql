-- Returns the given spans of days that hold others of their type and unit, or lie within them. holds_of_file,
-- holds_of_none: whether a record that a file brought (its id tells), and one that none did, lies within the span,
-- if it is of several days. around_of_file, around_of_none: the last day of a longer record around it. place: that
-- of the span, from 1. Where :wins, the file replaces records of files on the last day.
WITH longest AS (
    SELECT
        used.type,
        used.unit,
        (
            SELECT MAX(consumption_records.days)
            FROM consumption_records
            WHERE {of_used}
            AND consumption_records.days > 1
        ) AS days
    FROM (
        SELECT DISTINCT
            type,
            unit
        FROM unnest({spans}) AS given (type, unit, first_day, last_day)
    ) AS used
),
beside AS (
    SELECT
        given.place,
        given.last_day > given.first_day AND EXISTS (
            SELECT
            FROM consumption_records
            WHERE {within_given}
            AND consumption_records.id BETWEEN :first_id AND :last_id
            AND NOT (:wins AND consumption_records.consumption_date = given.last_day)
        ) AS holds_of_file,
        given.last_day > given.first_day AND EXISTS (
            SELECT
            FROM consumption_records
            WHERE {within_given}
            AND consumption_records.id NOT BETWEEN :first_id AND :last_id
        ) AS holds_of_none,
        around.of_file AS around_of_file,
        around.of_none AS around_of_none
    FROM unnest({spans}) WITH ORDINALITY AS given (type, unit, first_day, last_day, place)
    JOIN longest
        ON longest.type = given.type
        AND longest.unit = given.unit
    CROSS JOIN LATERAL (
        SELECT
            MAX(consumption_date) FILTER (WHERE id BETWEEN :first_id AND :last_id) AS of_file,
            MAX(consumption_date) FILTER (WHERE id NOT BETWEEN :first_id AND :last_id) AS of_none
        FROM consumption_records
        WHERE user_id = :user_id
        AND deleted_at IS NULL
        AND consumption_type = given.type
        AND unit = given.unit
        AND days > 1
        AND days > given.last_day - given.first_day + 1
        AND consumption_date BETWEEN given.last_day AND given.last_day + longest.days
        AND consumption_date - days < given.first_day
        AND reading IS NULL
        AND change_id <> :change
    ) AS around
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
