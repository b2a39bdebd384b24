package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;

/**
 * The server's answer to {@code LOAD DATA LOCAL}: send me this file. The client sends it in as many packets as it likes
 * and an empty one behind it; then comes OK or an error.
 *
 * <pre>int&lt;1&gt; FB | rest: file name</pre>
 *
 * @param file as in the statement
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_local_infile_request.html">manual</a>
 */
public record LocalFileRequest(String file) implements Payload {
    /** First byte. */
    public static final int HEADER = Fields.NULL;

    /** Reads {@code payload}, which stays the caller's. */
    public static LocalFileRequest read(ByteBuf payload) {
        int header = Fields.readInt1(payload);
        if (header != HEADER) {
            throw new MalformedPacketException("not a request for a file: 0x" + Integer.toHexString(header));
        }
        return new LocalFileRequest(Fields.readRestString(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(HEADER);
        ByteBufUtil.writeUtf8(out, file);
    }
}
