package io.shareddb.protocol.wire;

import io.netty.buffer.ByteBuf;

/**
 * An algorithm for the bodies of compressed packets, see {@link CompressedPackets}. Event loop only; keeps nothing from one call to the
 * next.
 */
public interface Compression {
    /**
     * Appends {@code in}, compressed, to {@code out}; both stay the caller's. Reads all of {@code in}, unless it gives up since the result
     * would not be shorter.
     *
     * @return false if it gave up; what {@code out} holds then is of no use
     */
    boolean compress(ByteBuf in, ByteBuf out);

    /**
     * Appends to {@code out} what {@code in} was before it was compressed; both stay the caller's.
     *
     * @param bytes how many they must be, 1 to 2^24 - 1: the sender says so, and may lie
     * @throws MalformedPacketException if {@code in} is not the compressed form of so many bytes
     */
    void decompress(ByteBuf in, ByteBuf out, int bytes);

    /** zlib's, which every server and client knows, at the level that costs least. */
    static Compression zlib() {
        return ZlibCompression.INSTANCE;
    }
}
