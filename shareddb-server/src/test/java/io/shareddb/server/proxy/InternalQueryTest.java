package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shareddb.protocol.auth.Nonce;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.handshake.ClientSession;
import io.shareddb.protocol.handshake.Greeting;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InternalQueryTest {
    private static final Capabilities CAPABILITIES =
            Capabilities.of(Capability.PROTOCOL_41, Capability.DEPRECATE_EOF, Capability.SESSION_TRACK);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Backend backend = new Backend(
            new Backend.Route(Link.READER, true, 1, Optional.empty()),
            channel,
            new ClientSession(
                    new Greeting(
                            "x", 1, Nonce.random(new SecureRandom()), CAPABILITIES, 45, ServerStatus.AUTOCOMMIT, null),
                    CAPABILITIES,
                    OkPacket.of(ServerStatus.AUTOCOMMIT),
                    false),
            Backend.Owner.NOBODY);

    @Test
    void anErrorThatComesTogetherWithDefinitionsIsTheAnswer() {
        channel.pipeline().addLast(backend);
        CompletableFuture<InternalQuery.Answer> answer =
                InternalQuery.run(backend, "SELECT 1").toCompletableFuture();
        ByteBuf response = Unpooled.buffer()
                .writeBytes(ByteBufUtil.decodeHexDump("01000001" + "01")) // one column
                .writeBytes(ByteBufUtil.decodeHexDump(
                        "1700000203646566000000013100" + "0c3f0001000000088100000000")) // its definition
                .writeBytes(ByteBufUtil.decodeHexDump("0a000003" + "ffb107233730313030" + "78")); // 1969, 70100
        channel.writeInbound(response);
        assertThat(answer)
                .isCompletedWithValueMatching(
                        found -> found.error().map(ErrPacket::number).equals(Optional.of(1969)));
        assertThat(channel.isOpen()).isTrue();
        assertThat(response.refCnt()).isZero();
        channel.finishAndReleaseAll();
    }
}
