package io.shareddb.replication.engine;

/** How the leader's operator reads the binlog of this kind of engine: what it sends, how it frames transactions. Stateless. */
public interface CaptureDialect {}
