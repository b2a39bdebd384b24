package io.shareddb.replication.engine.mysql;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.binlog.Checksum;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.binlog.EventType;
import io.shareddb.protocol.binlog.MySqlGtidEvent;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EventRole;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.TransactionFramer;
import org.jspecify.annotations.Nullable;

/**
 * Transactions in MySQL's stream: a GTID event tells how many bytes its transaction has, so nothing else needs to be understood.
 *
 * <p>A heartbeat comes after events that we have already and between events when there are none: everything before its place
 * was sent, or is what we said that we have.
 */
final class MySqlFramer implements TransactionFramer {
    private static final int STOP = 3;
    private static final int INCIDENT = 26;

    private MySqlPosition have;
    private @Nullable MySqlTransactionId last;
    private long remaining; // bytes of the open transaction; 0 when none is open

    MySqlFramer(MySqlPosition from) {
        have = from;
    }

    @Override
    public EventRole next(EventHeader header, ByteBuf event) {
        return switch (header.type()) {
            case EventType.ROTATE -> outside(EventRole.ROTATE);
            case EventType.FORMAT_DESCRIPTION -> outside(EventRole.FORMAT);
            case EventType.HEARTBEAT -> remaining == 0 ? EventRole.START : EventRole.SKIP;
            case EventType.PREVIOUS_GTIDS, STOP -> outside(EventRole.SKIP);
            case EventType.GTID, EventType.GTID_TAGGED -> begin(header, event);
            case EventType.ANONYMOUS_GTID ->
                throw new EngineException(
                        "a transaction without GTID follows " + last + " in the binlog (expected: gtid_mode=ON)");
            case INCIDENT ->
                throw new EngineException("the engine reports an incident in its binlog after " + last
                        + ": it holds changes that cannot be captured");
            default -> inside(header);
        };
    }

    private EventRole outside(EventRole role) {
        if (remaining != 0) {
            throw new EngineException("transaction " + last + " has no end in the binlog");
        }
        return role;
    }

    private EventRole begin(EventHeader header, ByteBuf event) {
        outside(EventRole.BEGIN);
        MySqlGtidEvent begin = read(header, event);
        MySqlTransactionId gtid = new MySqlTransactionId(begin.gtid());
        if (have.contains(gtid)) {
            throw new EngineException("transaction " + gtid + " comes again in the binlog");
        }
        if (begin.transactionLength() <= header.length()) {
            throw new EngineException("transaction " + gtid + " says that it has " + begin.transactionLength()
                    + " bytes (expected: more than the " + header.length()
                    + " of its first event, from a server of version 8.0.2 or newer)");
        }
        have = have.plus(gtid);
        last = gtid;
        remaining = begin.transactionLength() - header.length();
        return EventRole.BEGIN;
    }

    /** The event is shown without its checksum, so its header's length does not fit what is there. */
    private static MySqlGtidEvent read(EventHeader header, ByteBuf event) {
        ByteBuf copy = event.copy();
        try {
            copy.setIntLE(9, copy.readableBytes());
            return MySqlGtidEvent.read(copy, Checksum.NONE);
        } catch (MalformedPacketException | IndexOutOfBoundsException e) {
            throw new EngineException(
                    "binlog event of type " + header.type() + " cannot be read: " + e.getMessage(), e);
        } finally {
            copy.release();
        }
    }

    private EventRole inside(EventHeader header) {
        if (remaining == 0) {
            throw new EngineException(
                    "binlog event of type " + header.type() + " after " + last + " is outside of any transaction");
        }
        if (header.length() > remaining) {
            throw new EngineException("binlog event of type " + header.type() + " and " + header.length()
                    + " bytes goes " + (header.length() - remaining) + " bytes beyond the end of transaction " + last);
        }
        remaining -= header.length();
        return remaining == 0 ? EventRole.END : EventRole.PART;
    }

    @Override
    public Gtid gtid() {
        MySqlTransactionId gtid = last;
        if (gtid == null) {
            throw new IllegalStateException("no transaction yet");
        }
        return gtid;
    }
}
