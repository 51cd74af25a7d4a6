-- Returns the wal_level of each worker; a row without success is a worker that does not answer.
SELECT nodename AS name, nodeport AS port, success, result
FROM run_command_on_workers('SHOW wal_level')
