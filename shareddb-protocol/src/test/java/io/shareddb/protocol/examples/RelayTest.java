package io.shareddb.protocol.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.command.CommandCode;
import io.shareddb.protocol.packet.ColumnDefinition;
import io.shareddb.protocol.packet.ResponsePart;
import io.shareddb.protocol.packet.ResponseTracker;
import io.shareddb.protocol.packet.TextResult;
import io.shareddb.protocol.packet.TextRow;
import io.shareddb.protocol.wire.Packet;
import io.shareddb.protocol.wire.PacketRunDecoder;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The two halves of a relay together: runs of rows pass, the packets that count are seen. */
class RelayTest {
    private static final int ROWS = 2000;

    @Test
    void rowsPassInAFewRunsAndTheEndIsFound() {
        for (Capabilities capabilities :
                List.of(Capabilities.NONE, Capabilities.of(Capability.DEPRECATE_EOF, Capability.SESSION_TRACK))) {
            TextResult result = new TextResult(
                    List.of(ColumnDefinition.number("id"), ColumnDefinition.text("name")),
                    Collections.nCopies(ROWS, TextRow.of("7", "seven")));
            SequenceCounter sequence = new SequenceCounter();
            sequence.set(1);
            ByteBuf response = Unpooled.buffer();
            result.payloads(capabilities, ServerStatus.AUTOCOMMIT).forEach(payload -> {
                ByteBuf packet = PayloadEncoder.frame(response.alloc(), payload, sequence);
                response.writeBytes(packet);
                packet.release();
            });
            relay(response, capabilities);
            response.release();
        }
    }

    private static void relay(ByteBuf response, Capabilities capabilities) {
        ResponseTracker tracker = new ResponseTracker(capabilities);
        tracker.begin(CommandCode.QUERY);
        Relay relay = new Relay(tracker);
        EmbeddedChannel channel = new EmbeddedChannel(new PacketRunDecoder(tracker::skip, null), relay);
        String sent = ByteBufUtil.hexDump(response);
        Random random = new Random(2);
        int reads = 0;
        while (response.isReadable()) {
            assertThat(tracker.isComplete()).isFalse();
            int length = Math.min(response.readableBytes(), 1 + random.nextInt(8192));
            channel.writeInbound(Unpooled.copiedBuffer(response.readSlice(length)));
            reads++;
        }
        assertThat(relay.passed).hasToString(sent);
        assertThat(tracker.part()).isEqualTo(ResponsePart.ROWS_END);
        assertThat(tracker.isComplete()).isTrue();
        assertThat(relay.parts).isLessThan(3 * reads + 5);
        assertThat(channel.finish()).isFalse();
    }

    /** Keeps what a relay would send on. */
    private static final class Relay extends ChannelInboundHandlerAdapter {
        private final ResponseTracker tracker;
        private final StringBuilder passed = new StringBuilder();
        private int parts;

        Relay(ResponseTracker tracker) {
            this.tracker = tracker;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object part) {
            ByteBuf bytes = part instanceof Packet packet ? packet.content() : (ByteBuf) part;
            if (part instanceof Packet packet) {
                tracker.accept(packet.body());
            }
            passed.append(ByteBufUtil.hexDump(bytes));
            parts++;
            bytes.release();
        }
    }
}
