package io.shareddb.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a client tells about itself at login: {@code _client_name}, {@code _pid}, {@code program_name} and so on. */
public final class ConnectAttributes {
    private ConnectAttributes() {}

    /** Reads a block with its length before it; keeps the order. {@code payload} stays the caller's. */
    public static Map<String, String> read(ByteBuf payload) {
        ByteBuf block = Fields.readLengthEncodedSlice(payload);
        Map<String, String> attributes = new LinkedHashMap<>();
        while (block.isReadable()) {
            String name = Fields.readLengthEncodedString(block);
            attributes.put(name, Fields.readLengthEncodedString(block));
        }
        return Collections.unmodifiableMap(attributes);
    }

    /** Appends a block with its length before it. */
    public static void write(Map<String, String> attributes, ByteBuf out) {
        ByteBuf block = out.alloc().buffer();
        try {
            attributes.forEach((name, value) -> {
                Fields.writeLengthEncodedString(block, name);
                Fields.writeLengthEncodedString(block, value);
            });
            Fields.writeLengthEncodedBytes(out, block);
        } finally {
            block.release();
        }
    }
}
