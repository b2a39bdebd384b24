package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.server.routing.Statement;
import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExecutionLayoutTest {
    private static final String PLAIN = "1a000000 17 01000000 00 01000000" // header, command, id, flags, one iteration
            + "00 01 0300 fd00" // no NULLs, types follow: INT and VAR_STRING
            + "05000000 03 74776f"; // 5, "two"
    private static final String ATTRIBUTES = "2b000000 17 01000000 08 01000000" // flags: the count is sent
            + "03 00 01" // three, no NULLs, types follow
            + "0300 00 fd00 00 fd00 05 7472616365" // INT, VAR_STRING, and VAR_STRING "trace"
            + "05000000 03 74776f 01 78"; // 5, "two", "x"
    private static final Capabilities WITH_ATTRIBUTES = Capabilities.of(Capability.QUERY_ATTRIBUTES);

    private static ByteBuf hex(String dump) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(dump.replace(" ", "")));
    }

    private static PreparedStatement statement(boolean attributes) {
        return new PreparedStatement(1, Statement.of(Kind.READ, Target.ANY), new byte[0], "", 2, attributes);
    }

    @Test
    void typesStandBehindTheNulls() {
        assertThat(ExecutionLayout.of(Command.STMT_EXECUTE, hex(PLAIN), 0, 2, false))
                .contains(new ExecutionLayout(2, 15, 16, true, 20));
        assertThat(ExecutionLayout.of(Command.STMT_EXECUTE, hex(ATTRIBUTES), 0, 2, true))
                .contains(new ExecutionLayout(3, 16, 17, true, 31));
        assertThat(ExecutionLayout.of(Command.STMT_EXECUTE, hex("0a000000 17 01000000 00 01000000"), 0, 0, true))
                .isEmpty();
    }

    @Test
    void typesOfAnEarlierExecutionArePutWhereTheyBelong() {
        for (String first : new String[] {PLAIN, ATTRIBUTES}) {
            boolean attributes = first.equals(ATTRIBUTES);
            String types = attributes ? "0300 00 fd00 00 fd00 05 7472616365" : "0300 fd00";
            String bare = first.replace("01 " + types, "00").replace(" 01" + types, "00");
            PreparedStatement statement = statement(attributes);
            assertThat(statement.noteTypes(Command.STMT_EXECUTE, hex(first), 4)).isTrue();
            assertThat(statement.noteTypes(Command.STMT_EXECUTE, hex(bare), 4)).isFalse();
            ByteBuf again = statement.withTypes(UnpooledByteBufAllocator.DEFAULT, Command.STMT_EXECUTE, hex(bare));
            assertThat(ByteBufUtil.hexDump(again).substring(8))
                    .isEqualTo(ByteBufUtil.hexDump(hex(first)).substring(8));
            assertThat(again.getUnsignedMediumLE(0)).isEqualTo(again.readableBytes() - 4);
            again.release();
        }
    }

    @Test
    void noiseIsReadAsFarAsItMakesSense() {
        Random random = new Random(20261128);
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            ByteBuf packet = Unpooled.buffer()
                    .writeMediumLE(noise.length + 1)
                    .writeByte(0)
                    .writeByte(0x17)
                    .writeBytes(noise);
            PreparedStatement statement = statement(round % 2 == 0);
            statement.noteTypes(Command.STMT_EXECUTE, packet, 4);
            statement.noteTypes(Command.STMT_BULK_EXECUTE, packet, 4);
            ByteBuf typed = statement.withTypes(UnpooledByteBufAllocator.DEFAULT, Command.STMT_EXECUTE, packet);
            typed.release();
            Optional<String> text = StatementText.of(packet, 4, WITH_ATTRIBUTES);
            assertThat(text).isNotNull();
            packet.setByte(4, Command.QUERY);
            StatementText.of(packet, 4, WITH_ATTRIBUTES)
                    .ifPresent(found -> assertThat(found.length()).isLessThanOrEqualTo(noise.length));
        }
    }

    @Test
    void everyBeginningOfAnExecutionIsReadAsFarAsItGoes() {
        for (String whole : new String[] {PLAIN, ATTRIBUTES}) {
            ByteBuf packet = hex(whole);
            PreparedStatement statement = statement(whole.equals(ATTRIBUTES));
            for (int length = 5; length <= packet.readableBytes(); length++) {
                ByteBuf part = packet.slice(0, length);
                int end = whole.equals(ATTRIBUTES) ? 31 : 20;
                long before = statement.typesVersion();
                statement.noteTypes(Command.STMT_EXECUTE, part, 4);
                assertThat(statement.typesVersion() - before).isEqualTo(length >= end ? 1 : 0);
            }
        }
    }
}
