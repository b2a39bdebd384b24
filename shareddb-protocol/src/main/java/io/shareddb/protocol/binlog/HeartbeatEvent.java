package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.wire.Fields;

/**
 * {@link EventType#HEARTBEAT}: nothing to send, but alive. Replicas of both engines take this form; they check that the
 * file is that of the last {@link RotateEvent} and that the position is not behind what they have counted.
 *
 * <pre>header's next position: how far the stream is | rest: file name</pre>
 *
 * @param position 32 bits
 */
public record HeartbeatEvent(long position, String file) {
    /** Reads {@code event}, which stays the caller's and unread. */
    public static HeartbeatEvent read(ByteBuf event, Checksum checksum) {
        ByteBuf body = EventHeader.body(event, checksum);
        return new HeartbeatEvent(EventHeader.nextPosition(event), Fields.readRestString(body));
    }

    /** Appends the event. */
    public void write(ByteBuf out, long serverId, Checksum checksum) {
        EventWriter.write(
                out, EventType.HEARTBEAT, serverId, position, 0, checksum, body -> ByteBufUtil.writeUtf8(body, file));
    }
}
