package io.shareddb.server.proxy;

import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;
import static io.shareddb.protocol.wire.Packets.MAX_BODY_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.shareddb.protocol.packet.ErrPacket;
import org.junit.jupiter.api.Test;

class CommandStreamTest {
    private final Heard heard = new Heard();
    private final CommandStream stream = new CommandStream(UnpooledByteBufAllocator.DEFAULT, 1 << 28, heard);

    /** What came out. */
    private static final class Heard implements CommandStream.Sink {
        private long passedBytes;
        private int ends;

        @Override
        public void command(ByteBuf packet) {
            packet.release();
        }

        @Override
        public void largeCommand(ByteBuf head) {
            throw new AssertionError("no long command");
        }

        @Override
        public void pass(ByteBuf bytes) {
            passedBytes += bytes.readableBytes();
            bytes.release();
        }

        @Override
        public void passed() {
            ends++;
        }

        @Override
        public void answer(ByteBuf body) {
            throw new AssertionError("no answer");
        }

        @Override
        public void broken(ErrPacket error) {
            throw new AssertionError(error.toString());
        }
    }

    private static ByteBuf packet(int sequence, int length) {
        return Unpooled.buffer(HEADER_BYTES + length)
                .writeMediumLE(length)
                .writeByte(sequence)
                .writeZero(length);
    }

    @Test
    void aFileEndsWithAnEmptyPacketAndNotWithTheEmptyRestOfAFullOne() {
        stream.feed(packet(0, 5));
        stream.passFile(1, 0);
        stream.feed(packet(2, MAX_BODY_BYTES));
        stream.feed(packet(3, 0));
        assertThat(heard.ends).isZero();
        stream.feed(packet(4, 7));
        assertThat(heard.ends).isZero();
        stream.feed(packet(5, 0));
        assertThat(heard.ends).isEqualTo(1);
        assertThat(heard.passedBytes).isEqualTo(4 * HEADER_BYTES + MAX_BODY_BYTES + 7);
    }

    @Test
    void oneThatDoesNotWaitForAnswersIsFullSoon() {
        stream.feed(packet(0, 5));
        stream.feed(packet(0, 5));
        assertThat(stream.isFull()).isFalse();
        stream.feed(packet(0, CommandStream.HEAD_BYTES));
        assertThat(stream.isFull()).isTrue();
        stream.next();
        stream.next();
        assertThat(stream.isFull()).isFalse();
    }
}
