package io.shareddb.cluster.peer;

/** A peer did not answer as asked. */
public final class PeerException extends RuntimeException {
    /** What became of the request. */
    public enum Reason {
        /** Nobody answered in time; it may have arrived. */
        UNREACHABLE,
        /** It does not accept us, or we do not accept it: another secret or authority. */
        REFUSED,
        /** It answered something that cannot be, or reported an error of its own. */
        FAILED
    }

    private final Reason reason;

    public PeerException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public PeerException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
