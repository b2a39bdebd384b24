package io.shareddb.server.config;

/**
 * Where a node listens, and how others reach it.
 *
 * @param bindAddress address that all ports listen on
 * @param advertiseHost name or address under which other nodes reach this one
 * @param mysql port of the MySQL endpoint
 * @param advertisedMysql the same as others reach it
 * @param api port of the cluster API
 * @param ui port of the management API and the user interface
 * @param raft port of the replicated log
 */
public record Ports(
        String bindAddress, String advertiseHost, int mysql, int advertisedMysql, int api, int ui, int raft) {}
