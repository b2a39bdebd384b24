package io.shareddb.protocol.capability;

import java.util.EnumSet;
import java.util.Locale;

/**
 * A set of {@link StatusFlag}s as it travels in greeting, OK and EOF.
 *
 * @param bits 16 bits
 */
public record ServerStatus(int bits) {
    /** A fresh session. */
    public static final ServerStatus AUTOCOMMIT = new ServerStatus(StatusFlag.AUTOCOMMIT.mask());

    public ServerStatus {
        if (bits >>> 16 != 0) {
            throw new IllegalArgumentException("bits: " + bits + " (expected: 0 to 65535)");
        }
    }

    public boolean has(StatusFlag flag) {
        return (bits & flag.mask()) != 0;
    }

    public ServerStatus with(StatusFlag flag) {
        return new ServerStatus(bits | flag.mask());
    }

    /** What outlasts the answer that it came with: transaction, autocommit and how text is read. */
    public ServerStatus ofSession() {
        int mask = StatusFlag.IN_TRANSACTION.mask()
                | StatusFlag.AUTOCOMMIT.mask()
                | StatusFlag.IN_READ_ONLY_TRANSACTION.mask()
                | StatusFlag.NO_BACKSLASH_ESCAPES.mask()
                | StatusFlag.ANSI_QUOTES.mask();
        return new ServerStatus(bits & mask);
    }

    public ServerStatus without(StatusFlag flag) {
        return new ServerStatus(bits & ~flag.mask());
    }

    /** The known flags of this set. */
    public EnumSet<StatusFlag> flags() {
        EnumSet<StatusFlag> flags = EnumSet.noneOf(StatusFlag.class);
        for (StatusFlag flag : StatusFlag.values()) {
            if (has(flag)) {
                flags.add(flag);
            }
        }
        return flags;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "0x%04x", bits) + flags();
    }
}
