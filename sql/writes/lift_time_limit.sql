-- Lifts the role's time limits until the transaction ends. The first lets the others reach the
-- workers of a cluster, where the role's limits hold, too; PostgreSQL alone takes any name of two parts.
SET LOCAL citus.propagate_set_commands = 'local';
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0
