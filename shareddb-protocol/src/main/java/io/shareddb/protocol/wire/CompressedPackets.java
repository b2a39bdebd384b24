package io.shareddb.protocol.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;

/**
 * The layer that COMPRESS and ZSTD_COMPRESSION_ALGORITHM put between packets and the socket, after the login.
 *
 * <pre>int&lt;3&gt; length of the body | int&lt;1&gt; sequence number | int&lt;3&gt; length before compression, 0 for not compressed | body</pre>
 *
 * Bodies together are the stream of packets, cut anywhere. Sequence numbers are this layer's own: both sides together, from 0 again with
 * each command.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_compression_packet.html">manual</a>
 */
public final class CompressedPackets {
    /** Bytes before the body. */
    public static final int HEADER_BYTES = 7;

    /** Shorter bodies are not compressed, as engines do. */
    public static final int MIN_BYTES = 50;

    /** Longest body, and longest before compression. */
    public static final int MAX_BODY_BYTES = 0xffffff;

    private CompressedPackets() {}

    /**
     * Compresses what goes through {@code pipeline} from now on, below the handler of {@code above}. Call it when the login's OK was
     * written, or read.
     *
     * @return the numbers of this layer; a client starts them from 0 before each command, like those of its packets
     */
    public static SequenceCounter addTo(
            ChannelPipeline pipeline, ChannelHandlerContext above, Compression compression) {
        SequenceCounter sequence = new SequenceCounter();
        pipeline.addBefore(above.name(), null, new CompressedPacketDecoder(sequence, compression));
        pipeline.addBefore(above.name(), null, new CompressedPacketEncoder(sequence, compression));
        return sequence;
    }
}
