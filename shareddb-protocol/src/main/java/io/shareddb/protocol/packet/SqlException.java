package io.shareddb.protocol.packet;

/** A server answered with an error packet. */
public final class SqlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The server's words. */
    private final transient ErrPacket error;

    public SqlException(ErrPacket error) {
        super(error.number() + (error.sqlState() == null ? "" : " (" + error.sqlState() + ")") + ": "
                + error.message());
        this.error = error;
    }

    /** The error as it was on the wire. */
    public ErrPacket error() {
        return error;
    }
}
