-- Returns whether this transaction may export or import for the user, and lifts its time limits.
-- The turn ends with the transaction, however that ends: it cannot be leaked.
SELECT
    pg_try_advisory_xact_lock(hashtextextended('tally exchange ' || CAST(:user_id AS text), 0)) AS has_turn,
    set_config('statement_timeout', '0', true) AS statement_timeout,
    set_config('idle_in_transaction_session_timeout', '0', true) AS idle_timeout
