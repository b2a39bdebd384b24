package io.shareddb.replication.engine.mariadb;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EventRole;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.TransactionFramer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Transactions in MariaDB's stream: from a GTID event to an XID or XA_PREPARE event, to a QUERY that is {@code COMMIT} or
 * {@code ROLLBACK}, or to the first QUERY if the GTID event says that it stands alone.
 *
 * <pre>GTID event, body: int&lt;8&gt; sequence | int&lt;4&gt; domain | int&lt;1&gt; flags: 01 standalone, … </pre>
 */
final class MariaDbFramer implements TransactionFramer {
    private static final int STANDALONE = 0x01;
    private static final int GTID_BYTES = 13;
    private static final int QUERY_HEAD_BYTES = 13;

    private @Nullable MariaDbGtid last;
    private boolean open;
    private boolean standalone;

    MariaDbFramer(MariaDbPosition from) {
        last = from.last().orElse(null);
    }

    @Override
    public EventRole next(EventHeader header, ByteBuf event) {
        return switch (header.type()) {
            case MariaDbEvents.ROTATE -> EventRole.ROTATE;
            case MariaDbEvents.FORMAT_DESCRIPTION -> EventRole.FORMAT;
            case MariaDbEvents.GTID_LIST -> header.isArtificial() ? EventRole.START : EventRole.SKIP;
            case MariaDbEvents.HEARTBEAT,
                    MariaDbEvents.BINLOG_CHECKPOINT,
                    MariaDbEvents.START_ENCRYPTION,
                    MariaDbEvents.STOP -> EventRole.SKIP;
            case MariaDbEvents.GTID -> begin(header, event);
            case MariaDbEvents.INCIDENT ->
                throw new EngineException("the engine reports an incident in its binlog after " + last
                        + ": it holds changes that cannot be captured");
            default -> inside(header, event);
        };
    }

    private EventRole begin(EventHeader header, ByteBuf event) {
        if (open) {
            throw new EngineException("transaction " + last + " has no end in the binlog");
        }
        require(header, event, GTID_BYTES);
        int body = event.readerIndex() + EventHeader.BYTES;
        MariaDbGtid gtid = new MariaDbGtid(event.getUnsignedIntLE(body + 8), header.serverId(), event.getLongLE(body));
        MariaDbGtid before = last;
        if (gtid.domain() != 0 || (before != null && gtid.sequence() != before.sequence() + 1)) {
            throw new EngineException("transaction " + gtid + " follows " + before
                    + " in the binlog (expected: domain 0 and the next sequence number)");
        }
        last = gtid;
        open = true;
        standalone = (event.getByte(body + 12) & STANDALONE) != 0;
        return EventRole.BEGIN;
    }

    private EventRole inside(EventHeader header, ByteBuf event) {
        if (!open) {
            throw new EngineException(
                    "binlog event of type " + header.type() + " after " + last + " is outside of any transaction");
        }
        if (ends(header, event)) {
            open = false;
            return EventRole.END;
        }
        return EventRole.PART;
    }

    private boolean ends(EventHeader header, ByteBuf event) {
        return switch (header.type()) {
            case MariaDbEvents.XID, MariaDbEvents.XA_PREPARE -> true;
            case MariaDbEvents.QUERY -> standalone || isCommit(header, event);
            case MariaDbEvents.QUERY_COMPRESSED -> standalone;
            default -> false;
        };
    }

    /**
     * <pre>
     * QUERY event, body: int&lt;4&gt; thread | int&lt;4&gt; seconds | int&lt;1&gt; length of schema | int&lt;2&gt; error
     *                    int&lt;2&gt; length of status | status | schema | 00 | text
     * </pre>
     */
    private static boolean isCommit(EventHeader header, ByteBuf event) {
        require(header, event, QUERY_HEAD_BYTES);
        int body = event.readerIndex() + EventHeader.BYTES;
        int schema = event.getUnsignedByte(body + 8);
        int status = event.getUnsignedShortLE(body + 11);
        int text = body + QUERY_HEAD_BYTES + status + schema + 1;
        int length = event.writerIndex() - text;
        if (length != "COMMIT".length() && length != "ROLLBACK".length()) {
            return false;
        }
        String sql = event.toString(text, length, StandardCharsets.ISO_8859_1);
        return sql.equals("COMMIT") || sql.equals("ROLLBACK");
    }

    private static void require(EventHeader header, ByteBuf event, int bodyBytes) {
        if (event.readableBytes() < EventHeader.BYTES + bodyBytes) {
            throw new EngineException("binlog event of type " + header.type() + " has " + event.readableBytes()
                    + " bytes (expected: " + (EventHeader.BYTES + bodyBytes) + " or more)");
        }
    }

    @Override
    public Gtid gtid() {
        if (last == null) {
            throw new IllegalStateException("no transaction yet");
        }
        return last;
    }
}
