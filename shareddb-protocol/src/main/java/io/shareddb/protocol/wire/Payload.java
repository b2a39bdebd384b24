package io.shareddb.protocol.wire;

import io.netty.buffer.ByteBuf;

/**
 * Something that is sent as one payload. Immutable. Written to a channel with a {@link PayloadEncoder}, it goes straight
 * into the outgoing buffer.
 */
public interface Payload {
    /** Appends the whole payload, without packet headers, to {@code out}, which stays the caller's. */
    void write(ByteBuf out);
}
