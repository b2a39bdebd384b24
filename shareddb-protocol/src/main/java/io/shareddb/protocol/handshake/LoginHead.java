package io.shareddb.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;

/** The 32 bytes that {@link SslRequest} and {@link LoginPacket} begin with; the layout is described there. */
record LoginHead(Capabilities capabilities, long maxPacketBytes, int collation) {
    private static final int ZEROS = 19;

    static LoginHead read(ByteBuf payload) {
        Fields.require(payload, SslRequest.BYTES);
        long bits = payload.readUnsignedIntLE();
        long maxPacketBytes = payload.readUnsignedIntLE();
        int collation = payload.readUnsignedByte();
        payload.skipBytes(ZEROS);
        long extended = payload.readUnsignedIntLE();
        Capabilities capabilities = new Capabilities(bits);
        if (!capabilities.has(Capability.PROTOCOL_41)) {
            throw new MalformedPacketException("login of a client older than MySQL 4.1: " + capabilities);
        }
        if (capabilities.isMariaDb()) {
            capabilities = new Capabilities(bits | extended << 32);
        }
        return new LoginHead(capabilities, maxPacketBytes, collation);
    }

    void write(ByteBuf out) {
        out.writeIntLE(capabilities.lower()).writeIntLE((int) maxPacketBytes).writeByte(collation);
        out.writeZero(ZEROS);
        out.writeIntLE(capabilities.isMariaDb() ? capabilities.upper() : 0);
    }
}
