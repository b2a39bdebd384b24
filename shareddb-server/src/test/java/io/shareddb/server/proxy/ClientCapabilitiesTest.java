package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.server.proxy.ClientCapabilities.Position;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientCapabilitiesTest {
    @ParameterizedTest
    @EnumSource
    void isOfferedAndPassedOnAsTheTableSays(Capability capability) {
        Position position = ClientCapabilities.of(capability);
        assertThat(ClientCapabilities.offered(true).has(capability))
                .isEqualTo(position != Position.ABSENT && position != Position.MYSQL);
        assertThat(ClientCapabilities.offered(false).has(capability))
                .isEqualTo(position != Position.ABSENT && position != Position.MARIADB);
        boolean forUs =
                switch (capability) {
                    case DEPRECATE_EOF, SESSION_TRACK, PLUGIN_AUTH, PLUGIN_AUTH_LENENC_CLIENT_DATA, SECURE_CONNECTION ->
                        true;
                    default -> false;
                };
        assertThat(ClientCapabilities.atEngine(Capabilities.NONE).has(capability))
                .isEqualTo(forUs);
        assertThat(ClientCapabilities.atEngine(Capabilities.of(capability)).has(capability))
                .isEqualTo(forUs || position != Position.OURS);
    }
}
