package io.shareddb.server.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness finds what it is there to find. */
class ChaosPartsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void sameSeedMeansSameFaults() {
        List<FaultKind> kinds = List.of(FaultKind.values());
        assertThat(faults(new Schedule(7, kinds))).isEqualTo(faults(new Schedule(7, kinds)));
        assertThat(faults(new Schedule(7, kinds))).isNotEqualTo(faults(new Schedule(8, kinds)));
    }

    private static List<Fault> faults(Schedule schedule) {
        return Stream.generate(schedule::next).limit(100).toList();
    }

    @Test
    void lostDoubledAndDishonestAnswersAreFound() {
        Told told = new Told();
        Stream.of("kept", "lost", "doubled").forEach(told::committed);
        told.told("honest", Outcome.ROLLED_BACK);
        told.told("dishonest", Outcome.ROLLED_BACK);
        told.told("open", Outcome.UNKNOWN);
        assertThat(told.contradictions(List.of("kept", "doubled", "doubled", "dishonest", "open")))
                .containsExactly(
                        "happened twice (1): [doubled]",
                        "acknowledged and lost (1): [lost]",
                        "reported as rolled back and there (1): [dishonest]");
    }

    @Test
    void lostConnectionBeforeTheCommitTakesTheTransactionWithIt() {
        SQLException lost = new SQLException("gone", "08S01");
        assertThat(Outcome.of(lost, false)).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(Outcome.of(lost, true)).isEqualTo(Outcome.UNKNOWN);
        assertThat(Outcome.of(new SQLException("deadlock", "40001", 1213), true))
                .isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void silenceCountsFromTheFaultOn() throws IOException {
        try (History history = new History(directory.resolve("history"))) {
            history.begin("insert", 0, "before").committed();
            long end = history.millis();
            assertThat(history.longestSilence(end + 100, end + 350)).isEqualTo(Duration.ofMillis(250));
        }
        assertThat(Files.readAllLines(directory.resolve("history")))
                .singleElement()
                .asString()
                .contains("\"what\":\"before\"", "COMMITTED");
    }

    @Test
    void clockOfAProcessGoesWrongAndRight() throws Exception {
        Optional<Clock> made = Clock.of(directory.resolve("clock"));
        assumeThat(made).as("a C compiler is there").isPresent();
        Clock clock = made.get();
        clock.set(-86_400);
        assertThat(lateness(clock)).isBetween(86_390L, 86_410L);
        clock.set(0);
        assertThat(lateness(clock)).isBetween(-10L, 10L);
    }

    /** Of what a program that is started by another one takes for the time, seconds. */
    private static long lateness(Clock clock) throws Exception {
        ProcessBuilder date = new ProcessBuilder("sh", "-c", "date +%s");
        date.environment().putAll(clock.environment());
        String told = new String(date.start().getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return Instant.now().getEpochSecond() - Long.parseLong(told.strip());
    }

    @Test
    void cutDirectionCarriesNothingAndTheOtherOneDoes() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout((int) LIMIT.toMillis());
            int port = server.getLocalPort();
            Network network = Network.open(List.of(Set.of(), Set.of(port)));
            try (network;
                    Socket client = new Socket()) {
                client.connect(new InetSocketAddress(address(network, 0, 1), port), (int) LIMIT.toMillis());
                try (Socket served = server.accept()) {
                    send(client, 1);
                    assertThat(receive(served, LIMIT)).isEqualTo(1);
                    network.cut(0, 1);
                    send(client, 2);
                    send(served, 3);
                    assertThat(receive(client, LIMIT)).isEqualTo(3);
                    assertThat(receive(served, Duration.ofMillis(300))).isEqualTo(-1);
                    network.heal();
                    assertThat(receive(served, LIMIT)).isEqualTo(2);
                    network.reset(0, 1);
                    client.setSoTimeout((int) LIMIT.toMillis());
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void slowReceiverGetsEverything() throws Exception {
        byte[] much = new byte[8 << 20];
        Arrays.fill(much, (byte) 5);
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout((int) LIMIT.toMillis());
            int port = server.getLocalPort();
            Network network = Network.open(List.of(Set.of(), Set.of(port)));
            try (network;
                    Socket client = new Socket()) {
                client.connect(new InetSocketAddress(address(network, 0, 1), port), (int) LIMIT.toMillis());
                try (Socket served = server.accept()) {
                    served.setSoTimeout((int) LIMIT.toMillis());
                    CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                        try {
                            client.getOutputStream().write(much);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
                    assertThat(receive(served, LIMIT)).isEqualTo(5);
                    network.cut(0, 1);
                    network.heal();
                    assertThat(served.getInputStream().readNBytes(much.length - 1))
                            .hasSize(much.length - 1);
                    sending.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }
    }

    private String address(Network network, int from, int to) throws IOException {
        Path hosts = directory.resolve("hosts");
        network.writeHosts(from, hosts);
        return Files.readAllLines(hosts).stream()
                .filter(line -> line.endsWith(" " + Network.name(to)))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst()
                .orElseThrow();
    }

    private static void send(Socket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        socket.getOutputStream().flush();
    }

    /** -1 if nothing comes. */
    private static int receive(Socket socket, Duration limit) throws IOException {
        socket.setSoTimeout((int) limit.toMillis());
        try {
            return socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            return -1;
        }
    }
}
