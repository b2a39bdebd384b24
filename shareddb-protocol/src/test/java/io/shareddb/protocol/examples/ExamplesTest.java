package io.shareddb.protocol.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.shareddb.protocol.Loopback;
import io.shareddb.protocol.auth.AuthWorker;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.packet.Response;
import io.shareddb.protocol.packet.SqlException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private final Loopback loopback = new Loopback();
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final InetSocketAddress server =
            loopback.serve(pipeline -> SmallServer.serve(pipeline, new AuthWorker(Runnable::run)));

    @AfterEach
    void stop() {
        loopback.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void clientAndServerUnderstandEachOther() {
        SmallClient client = await(SmallClient.connect(group, server, ClientLoginConfig.of("reader", "secret")));
        List<CompletionStage<Response>> responses = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            responses.add(client.query("SELECT " + i));
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(await(responses.get(i)).orThrow().rows().get(0).text(0)).isEqualTo(Integer.toString(i));
        }
        Response refused = await(client.query("DROP TABLE t"));
        assertThatThrownBy(refused::orThrow)
                .isInstanceOf(SqlException.class)
                .hasMessage("1064 (42000): Only SELECT of a literal is understood here");
        await(client.close());
    }

    @Test
    void wrongPasswordIsRefused() {
        assertThatThrownBy(() -> await(SmallClient.connect(group, server, ClientLoginConfig.of("reader", "guess"))))
                .hasMessageContaining("1045 (28000)");
    }

    @Test
    void readmeQuotesTheExamples() throws IOException {
        String sources = Files.readString(Path.of("src/test/java/io/shareddb/protocol/examples/SmallServer.java"))
                + Files.readString(Path.of("src/test/java/io/shareddb/protocol/examples/SmallClient.java"));
        Matcher quotes =
                Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
        int count = 0;
        for (; quotes.find(); count++) {
            assertThat(squeezed(sources)).contains(squeezed(quotes.group(1)));
        }
        assertThat(count).isPositive();
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", " ").trim();
    }
}
