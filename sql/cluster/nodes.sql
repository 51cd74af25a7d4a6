-- Returns the nodes of the cluster, the coordinator first: group 0.
SELECT
    nodename AS name,
    nodeport AS port,
    groupid = 0 AS is_coordinator,
    isactive AS is_active,
    shouldhaveshards AS takes_shards
FROM pg_dist_node
WHERE noderole = 'primary'
ORDER BY groupid
