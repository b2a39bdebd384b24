package io.shareddb.replication.engine;

/**
 * Where a follower's engine finds its operator's binlog server.
 *
 * @param host address that the engine can reach
 * @param port TCP port
 * @param account made anew at each start of the operator
 */
public record RelayAddress(String host, int port, Credentials account) {}
