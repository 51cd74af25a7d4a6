-- Returns whether this transaction may export or import for the user. The turn ends with the
-- transaction, however that ends: it cannot be leaked.
SELECT
    pg_try_advisory_xact_lock(hashtextextended('tally exchange ' || CAST(:user_id AS text), 0)) AS has_turn
