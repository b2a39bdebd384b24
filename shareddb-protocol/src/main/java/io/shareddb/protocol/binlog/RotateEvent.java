package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.wire.Fields;

/**
 * {@link EventType#ROTATE}: the name of the file whose events follow. Acknowledgements name it.
 *
 * <pre>int&lt;8&gt; position | rest: file name</pre>
 *
 * @param position where in the file the stream goes on, mostly 4
 * @param file without folder
 */
public record RotateEvent(long position, String file) {
    /** Reads the body of {@code event}, which stays the caller's and unread. */
    public static RotateEvent read(ByteBuf event, Checksum checksum) {
        ByteBuf body = EventHeader.body(event, checksum);
        return new RotateEvent(Fields.readInt8(body), Fields.readRestString(body));
    }

    /** Appends the made-up event that opens a stream. */
    public void writeArtificial(ByteBuf out, long serverId, Checksum checksum) {
        EventWriter.write(out, EventType.ROTATE, serverId, 0, EventHeader.ARTIFICIAL, checksum, body -> {
            body.writeLongLE(position);
            ByteBufUtil.writeUtf8(body, file);
        });
    }
}
