package io.shareddb.replication.archive;

import io.shareddb.replication.engine.Gtid;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** One committed transaction: its raw binlog events in order. Immutable; large ones are read piece by piece. */
public interface TransactionRecord {
    /** From 1, without gaps, the same on all nodes. */
    long seq();

    long epoch();

    Gtid gtid();

    /** When the leader captured it, milliseconds since 1970. */
    long timestampMillis();

    /** Bytes of all events. */
    long eventBytes();

    /** The events, whole or in pieces of at most 1 MB that are cut anywhere; read from the log as the iterator goes on. */
    Iterator<ByteBuffer> events();
}
