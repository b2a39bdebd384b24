package io.shareddb.protocol.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.wire.Payload;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TextResultTest {
    @ParameterizedTest
    @EnumSource(names = {"LONG_FLAG", "MARIADB_EXTENDED_METADATA", "DEPRECATE_EOF", "OPTIONAL_RESULTSET_METADATA"})
    void isReadAsItWasNegotiated(Capability flag) {
        Capabilities capabilities = Capabilities.of(flag);
        List<Payload> payloads = TextResult.of("name", "value").payloads(capabilities, ServerStatus.AUTOCOMMIT);
        ByteBuf out = Unpooled.buffer();
        payloads.get(1).write(out);
        ColumnDefinition column = ColumnDefinition.read(out, capabilities);
        assertThat(column.name()).isEqualTo("name");
        assertThat(out.isReadable()).isFalse();
        assertThat(payloads).hasSize(capabilities.has(Capability.DEPRECATE_EOF) ? 4 : 5);
    }
}
