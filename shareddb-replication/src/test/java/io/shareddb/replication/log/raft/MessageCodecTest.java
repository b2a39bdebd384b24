package io.shareddb.replication.log.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.segment.LogRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    private static final NodeId SENDER = new NodeId("n1");

    private final MessageCodec codec = new MessageCodec();
    private final RaftModels models = new RaftModels();

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private ByteBuf append() {
        List<RaftEntry> entries = List.of(
                RaftEntry.of(8, 2, EntryKind.APPLICATION, bytes("eight")),
                RaftEntry.of(9, 3, EntryKind.NEW_TERM, bytes("")));
        ByteBuf frame = Unpooled.buffer();
        codec.write(frame, codec.append(new Endpoint(SENDER), 3, 2, 7, 6, 5, 4, entries), 9);
        return frame;
    }

    @Test
    void anAppendIsReadAsItWasWritten() {
        AppendEntriesRequest read = (AppendEntriesRequest) ((Inbound.Plain) codec.read(SENDER, append())).message();
        assertThat(read.getSender()).isEqualTo(new Endpoint(SENDER));
        assertThat(read.getTerm()).isEqualTo(3);
        assertThat(read.getPreviousLogTerm()).isEqualTo(2);
        assertThat(read.getPreviousLogIndex()).isEqualTo(7);
        assertThat(read.getCommitIndex()).isEqualTo(6);
        assertThat(read.getQuerySequenceNumber()).isEqualTo(5);
        assertThat(read.getFlowControlSequenceNumber()).isEqualTo(4);
        assertThat(read.getLogEntries()).hasSize(2);
        assertThat(read.getLogEntries().get(1).getIndex()).isEqualTo(9);
        EntryData data = (EntryData) read.getLogEntries().get(0).getOperation();
        assertThat(data.position().term()).isEqualTo(2);
        assertThat(data.payload()).isEqualTo(bytes("eight"));
    }

    @Test
    void theBytesOfASuccessAreTheDocumentedOnes() {
        RaftMessage success = models.createAppendEntriesSuccessResponseBuilder()
                .setGroupId(MessageCodec.group())
                .setSender(new Endpoint(SENDER))
                .setTerm(3)
                .setLastLogIndex(9)
                .setQuerySequenceNumber(5)
                .setFlowControlSequenceNumber(4)
                .build();
        ByteBuf frame = Unpooled.buffer();
        codec.write(frame, success, 9);
        assertThat(io.netty.buffer.ByteBufUtil.hexDump(frame))
                .isEqualTo(
                        "02" // success
                                + "00000003" // term
                                + "0000000000000009" // last index
                                + "0000000000000005" // query
                                + "0000000000000004"); // flow
        assertThat(((Inbound.Plain) codec.read(SENDER, frame)).message())
                .isInstanceOfSatisfying(AppendEntriesSuccessResponse.class, read -> assertThat(read.getLastLogIndex())
                        .isEqualTo(9));
    }

    @Test
    void aVoteRequestKeepsItsStickiness() {
        for (boolean sticky : new boolean[] {true, false}) {
            ByteBuf frame = Unpooled.buffer();
            codec.write(
                    frame,
                    models.createVoteRequestBuilder()
                            .setGroupId(MessageCodec.group())
                            .setSender(new Endpoint(SENDER))
                            .setTerm(3)
                            .setLastLogTerm(2)
                            .setLastLogIndex(9)
                            .setSticky(sticky)
                            .build(),
                    9);
            VoteRequest read = (VoteRequest) ((Inbound.Plain) codec.read(SENDER, frame)).message();
            assertThat(read.isSticky()).isEqualTo(sticky);
            assertThat(read.getLastLogIndex()).isEqualTo(9);
        }
    }

    @Test
    void fetchedEntriesKeepTheirPlaces() {
        ByteBuf frame = Unpooled.buffer();
        codec.writeFetched(frame, 1, 2, 5, List.of(new LogRecord(5, 4, EntryKind.APPLICATION, bytes("five"))));
        Inbound.Fetched read = (Inbound.Fetched) codec.read(SENDER, frame);
        assertThat(read.request()).isEqualTo(1);
        assertThat(read.firstIndex()).isEqualTo(2);
        assertThat(read.entries().get(0).getIndex()).isEqualTo(5);
        assertThat(read.entries().get(0).getTerm()).isEqualTo(4);
    }

    @Test
    void anAppendStopsAtItsLimitButHasOneEntry() {
        List<RaftEntry> entries = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            entries.add(RaftEntry.of(1 + i, 1, EntryKind.APPLICATION, ByteBuffer.allocate(600_000)));
        }
        ByteBuf frame = Unpooled.buffer();
        codec.write(frame, codec.append(new Endpoint(SENDER), 1, 0, 0, 0, 0, 0, entries), 10);
        AppendEntriesRequest read = (AppendEntriesRequest) ((Inbound.Plain) codec.read(SENDER, frame)).message();
        assertThat(read.getLogEntries()).hasSize(2);
    }

    @Test
    void aMessageCutAnywhereIsMalformed() {
        ByteBuf whole = append();
        for (int length = 0; length < whole.readableBytes(); length++) {
            ByteBuf cut = whole.slice(0, length);
            assertThatThrownBy(() -> codec.read(SENDER, cut)).isInstanceOf(IllegalArgumentException.class);
        }
        ByteBuf tooLong = Unpooled.wrappedBuffer(append(), Unpooled.wrappedBuffer(new byte[1]));
        assertThatThrownBy(() -> codec.read(SENDER, tooLong)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void randomBytesAreReadOrRefusedButNothingElse() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) (1 + random.nextInt(12));
            }
            try {
                codec.read(SENDER, Unpooled.wrappedBuffer(bytes));
            } catch (IllegalArgumentException | LogCorruptException e) {
                // As it should be.
            }
        }
    }
}
