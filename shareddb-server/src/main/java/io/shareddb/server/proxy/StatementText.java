package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.command.ComQuery;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The text in a {@code COM_QUERY} or {@code COM_STMT_PREPARE}. Stateless. */
final class StatementText {
    private StatementText() {}

    /**
     * The statement, one character for each byte.
     *
     * @param packet the whole or its beginning; stays the caller's
     * @param offset of the command byte, behind the reader's index
     * @param capabilities in use with the client
     * @return empty if it stands behind query attributes that make no sense, or are not all there
     */
    static Optional<String> of(ByteBuf packet, int offset, Capabilities capabilities) {
        int start = packet.readerIndex() + offset;
        if (!capabilities.has(Capability.QUERY_ATTRIBUTES)) {
            return Optional.of(text(packet, start + 1));
        }
        try {
            ByteBuf body = packet.slice(start, packet.writerIndex() - start);
            return Optional.of(ComQuery.statement(body, capabilities).toString(StandardCharsets.ISO_8859_1));
        } catch (MalformedPacketException e) {
            return Optional.empty();
        }
    }

    private static String text(ByteBuf packet, int start) {
        return packet.toString(start, packet.writerIndex() - start, StandardCharsets.ISO_8859_1);
    }
}
