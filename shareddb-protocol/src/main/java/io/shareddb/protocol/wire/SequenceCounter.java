package io.shareddb.protocol.wire;

/**
 * Numbers the packets of one exchange, both directions together, modulo 256. Event loop only.
 *
 * <p>One counter is shared by the decoder and the encoder of a connection. A client sets it to zero before each command,
 * a server before it reads one. (Within a binlog dump with semi-synchronous acknowledgement an engine starts again at 1
 * after each event that asks for one, see {@link #set}.)
 */
public final class SequenceCounter {
    private int next;

    /** Starts a new exchange: the next packet has number 0. */
    public void reset() {
        next = 0;
    }

    /** The next packet has number {@code value}, 0 to 255. */
    public void set(int value) {
        next = value & 0xff;
    }

    /** The number of the next packet, 0 to 255. */
    public int peek() {
        return next;
    }

    /** The number of the next packet, 0 to 255; counts it. */
    public int next() {
        int value = next;
        next = (value + 1) & 0xff;
        return value;
    }

    /**
     * Throws unless {@code received} is the next number; does not count.
     *
     * @throws MalformedPacketException with {@link MalformedPacketException.Reason#OUT_OF_ORDER}
     */
    public void check(int received) {
        if (received != next) {
            throw new MalformedPacketException(
                    MalformedPacketException.Reason.OUT_OF_ORDER,
                    "packet out of order: sequence number " + received + " (expected: " + next + ")");
        }
    }
}
