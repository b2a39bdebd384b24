package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;
import java.util.Locale;
import java.util.UUID;

/**
 * Whose numbers a MySQL GTID counts: an engine, and a tag if the client chose one. Ordered as MySQL orders them.
 *
 * @param uuid of the engine, {@code @@server_uuid}
 * @param tag up to 32 lower-case letters, digits and underscores; empty for none
 */
public record GtidSource(UUID uuid, String tag) implements Comparable<GtidSource> {
    static final int MAX_TAG = 32;

    public GtidSource {
        if (!isTag(tag)) {
            throw new IllegalArgumentException(
                    "tag: '" + tag + "' (expected: up to 32 of a-z, 0-9 and _, not a digit first)");
        }
    }

    /**
     * Reads both parts as text, in upper or lower case.
     *
     * @throws IllegalArgumentException if they are something else
     */
    public static GtidSource of(String uuid, String tag) {
        String plain = uuid.trim();
        if (plain.length() != 36) { // Java's own parser takes shorter ones
            throw new IllegalArgumentException("uuid: '" + uuid + "' (expected: 36 characters)");
        }
        return new GtidSource(UUID.fromString(plain), tag.trim().toLowerCase(Locale.ROOT));
    }

    static boolean isTag(String text) {
        if (text.length() > MAX_TAG || (!text.isEmpty() && Character.isDigit(text.charAt(0)))) {
            return false;
        }
        return text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
    }

    static UUID readUuid(ByteBuf in) {
        Fields.require(in, 16);
        return new UUID(in.readLong(), in.readLong());
    }

    static void writeUuid(UUID uuid, ByteBuf out) {
        out.writeLong(uuid.getMostSignificantBits()).writeLong(uuid.getLeastSignificantBits());
    }

    @Override
    public int compareTo(GtidSource other) {
        int order = Long.compareUnsigned(uuid.getMostSignificantBits(), other.uuid.getMostSignificantBits());
        if (order == 0) {
            order = Long.compareUnsigned(uuid.getLeastSignificantBits(), other.uuid.getLeastSignificantBits());
        }
        return order == 0 ? tag.compareTo(other.tag) : order;
    }

    @Override
    public String toString() {
        return tag.isEmpty() ? uuid.toString() : uuid + ":" + tag;
    }
}
