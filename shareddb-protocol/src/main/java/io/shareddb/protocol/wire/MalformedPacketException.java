package io.shareddb.protocol.wire;

import io.netty.handler.codec.DecoderException;

/**
 * Bytes from the other side that break the protocol. There is no resynchronisation: close the connection, after an
 * error packet where the protocol allows one.
 */
public final class MalformedPacketException extends DecoderException {
    private static final long serialVersionUID = 1L;

    /** What is wrong; a server maps it to an error number. */
    public enum Reason {
        /** A field ends after its packet, or has a value that the protocol does not know. MySQL: 1835. */
        INVALID,
        /** Longer than the limit. MySQL: 1153. */
        TOO_LARGE,
        /** Wrong sequence number. MySQL: 1156. */
        OUT_OF_ORDER
    }

    /** What is wrong. */
    private final Reason reason;

    public MalformedPacketException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public MalformedPacketException(String message) {
        this(Reason.INVALID, message);
    }

    public Reason reason() {
        return reason;
    }
}
