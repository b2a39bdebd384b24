package io.shareddb.replication.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import io.shareddb.replication.log.InMemoryReplicatedLog;
import io.shareddb.replication.log.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines that are not there or do not speak; the rest is tested with real ones. */
class CaptureTest {
    private static final MariaDbFamily FAMILY = new MariaDbFamily();

    @TempDir
    Path directory;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<Throwable> ended = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    private Capture capture(int port) {
        InMemoryReplicatedLog log = new InMemoryReplicatedLog(Runnable::run);
        LogArchive archive = new LogArchive(directory, List.of(FAMILY), log, new Deaf());
        log.start(archive);
        CaptureConfig config = new CaptureConfig(
                FAMILY,
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                new Credentials("someone", "secret"),
                Duration.ofSeconds(1),
                2,
                1 << 20,
                Clock.systemUTC());
        return new Capture(config, group, log, archive, ended::add);
    }

    private void failsToConnect(Capture capture, String message) throws Exception {
        try (capture) {
            assertThatThrownBy(() -> capture.connect(FAMILY.position(""))
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .rootCause()
                    .hasMessageContaining(message);
            assertThat(ended.poll(10, TimeUnit.SECONDS)).isNotNull();
            assertThat(capture.isConnected()).isFalse();
            assertThat(capture.open(1, new NodeId("n1"), FAMILY.position("")).toCompletableFuture())
                    .isCompletedExceptionally();
        }
    }

    @Test
    void engineThatIsNotThereEndsIt() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        failsToConnect(capture(port), "refused");
    }

    @Test
    void engineThatHangsUpEndsIt() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread engine = new Thread(() -> {
                try {
                    socket.accept().close();
                } catch (IOException e) {
                    ended.add(e);
                }
            });
            engine.start();
            assertThatThrownBy(() -> capture(socket.getLocalPort())
                            .connect(FAMILY.position(""))
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class);
            engine.join();
        }
    }

    @Test
    void engineThatSpeaksNonsenseEndsIt() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread engine = new Thread(() -> {
                try (var connection = socket.accept()) {
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".repeat(9).getBytes(StandardCharsets.US_ASCII));
                    connection.getOutputStream().flush();
                    assertThat(connection.getInputStream().read()).isNegative();
                } catch (IOException e) {
                    ended.add(e);
                }
            });
            engine.start();
            assertThatThrownBy(() -> capture(socket.getLocalPort())
                            .connect(FAMILY.position(""))
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class);
            engine.join();
        }
    }

    private static final class Deaf implements LeadershipListener {
        @Override
        public void onLeader(long term) {}

        @Override
        public void onNotLeader(long term) {}

        @Override
        public void onLeaderChanged(Optional<NodeId> leader, long term) {}

        @Override
        public void onReseedRequired(long firstAvailable) {}

        @Override
        public void onFatal(Throwable cause) {}
    }
}
