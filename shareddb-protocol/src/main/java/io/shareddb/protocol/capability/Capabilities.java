package io.shareddb.protocol.capability;

import static io.shareddb.protocol.capability.Capability.LONG_PASSWORD;

import java.util.EnumSet;
import java.util.Locale;

/**
 * A set of {@link Capability}s as it travels.
 *
 * @param bits MySQL's flags in the lower 32 bits, MariaDB's in the upper ones
 */
public record Capabilities(long bits) {
    /** No flags. */
    public static final Capabilities NONE = new Capabilities(0);

    public static Capabilities of(Capability... flags) {
        return NONE.with(flags);
    }

    public boolean has(Capability flag) {
        return (bits & flag.mask()) != 0;
    }

    public Capabilities with(Capability... flags) {
        long result = bits;
        for (Capability flag : flags) {
            result |= flag.mask();
        }
        return new Capabilities(result);
    }

    public Capabilities without(Capability... flags) {
        long result = bits;
        for (Capability flag : flags) {
            result &= ~flag.mask();
        }
        return new Capabilities(result);
    }

    /** What both sides can do. */
    public Capabilities and(Capabilities other) {
        return new Capabilities(bits & other.bits);
    }

    /** If the sender speaks MariaDB's dialect, so that the upper 32 bits are in its packet. */
    public boolean isMariaDb() {
        return !has(LONG_PASSWORD);
    }

    /** MySQL's 32 flags. */
    public int lower() {
        return (int) bits;
    }

    /** MariaDB's 32 flags. */
    public int upper() {
        return (int) (bits >>> 32);
    }

    /** The known flags of this set. */
    public EnumSet<Capability> flags() {
        EnumSet<Capability> flags = EnumSet.noneOf(Capability.class);
        for (Capability flag : Capability.values()) {
            if (has(flag)) {
                flags.add(flag);
            }
        }
        return flags;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "0x%x", bits) + flags();
    }
}
