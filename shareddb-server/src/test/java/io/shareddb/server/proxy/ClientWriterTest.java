package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientWriterTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ClientWriter writer = new ClientWriter(channel);
    private final List<ByteBuf> written = new ArrayList<>();
    private byte next;

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
        assertThat(written).allMatch(bytes -> bytes.refCnt() == 0);
    }

    /** Writes bytes that go on counting where the last ones ended. */
    private void write(int length) {
        ByteBuf bytes = Unpooled.buffer(length);
        for (int i = 0; i < length; i++) {
            bytes.writeByte(next++);
        }
        written.add(bytes);
        writer.write(bytes);
    }

    private List<Integer> sent() {
        List<Integer> lengths = new ArrayList<>();
        byte expected = 0;
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            lengths.add(bytes.readableBytes());
            while (bytes.isReadable()) {
                assertThat(bytes.readByte()).isEqualTo(expected++);
            }
            bytes.release();
        }
        return lengths;
    }

    @Test
    void smallPiecesGoTogetherAndInOrder() {
        write(100);
        write(5);
        write(200);
        writer.flush();
        assertThat(sent()).containsExactly(305);
    }

    @Test
    void nothingIsSentBeforeItIsFlushed() {
        write(5);
        write(5);
        assertThat(sent()).isEmpty();
        writer.flush();
        assertThat(sent()).containsExactly(10);
    }

    @Test
    void onePieceAndLargeOnesPassAsTheyAre() {
        write(7);
        write(9000);
        write(600);
        write(8);
        writer.flush();
        assertThat(channel.<ByteBuf>readOutbound()).isSameAs(written.get(0));
        assertThat(channel.<ByteBuf>readOutbound()).isSameAs(written.get(1));
        assertThat(channel.<ByteBuf>readOutbound()).isSameAs(written.get(2));
        assertThat(channel.<ByteBuf>readOutbound()).isSameAs(written.get(3));
        written.forEach(ByteBuf::release);
    }

    @Test
    void manySmallPiecesFillSeveralBlocks() {
        for (int i = 0; i < 20; i++) {
            write(500);
        }
        writer.flush();
        assertThat(sent().stream().mapToInt(length -> length).sum()).isEqualTo(10_000);
    }

    @Test
    void closingSendsWhatIsLeft() {
        write(5);
        write(6);
        writer.close();
        assertThat(channel.isOpen()).isFalse();
        assertThat(sent()).startsWith(11);
    }

    @Test
    void whatComesAfterTheEndIsReleased() {
        write(5);
        writer.discard();
        write(6);
        writer.flush();
        assertThat(sent()).isEmpty();
    }
}
