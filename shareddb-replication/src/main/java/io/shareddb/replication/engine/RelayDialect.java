package io.shareddb.replication.engine;

/** How a binlog server answers this kind of engine, and what it rewrites in events. Stateless. */
public interface RelayDialect {}
