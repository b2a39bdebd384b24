package io.shareddb.replication.log.bench;

import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.LogListener;
import io.shareddb.replication.log.LogTimings;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.raft.LogSettings;
import io.shareddb.replication.log.raft.RaftReplicatedLog;
import io.shareddb.replication.log.transport.NettyLogTransport;
import io.shareddb.replication.tls.NodeTls;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * One of three processes: {@code <number 1 to 3> <directory> <first port> <seconds> <entry bytes> <tls or plain>}. Number 1 leads, measures, prints and
 * ends; the others run until they are killed.
 */
public final class LogBenchmark implements LogListener {
    private static final int NODES = 3;
    private static final byte[] SECRET = "known to all nodes".getBytes(StandardCharsets.UTF_8);
    private static final int[] OUTSTANDING = {1, 16, 64};

    private final NodeId self;
    private final CompletableFuture<Long> leading = new CompletableFuture<>();

    private LogBenchmark(NodeId self) {
        this.self = self;
    }

    /** See the class. */
    public static void main(String[] arguments) throws Exception {
        int number = Integer.parseInt(arguments[0]);
        Path directory = Path.of(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        int seconds = Integer.parseInt(arguments[3]);
        int entryBytes = Integer.parseInt(arguments[4]);
        Files.createDirectories(directory);
        if (number > 1) {
            Thread bare = new Thread(() -> serveBare(port + NODES + number, directory));
            bare.setDaemon(true);
            bare.start();
        }
        boolean tls = arguments[5].equals("tls");
        LogBenchmark benchmark = new LogBenchmark(id(number));
        RaftReplicatedLog log = benchmark.start(directory, port, tls);
        while (number > 1) {
            if (log.state().ready()) {
                var unused = log.transferLeadership(id(1), Duration.ofSeconds(1));
            }
            TimeUnit.SECONDS.sleep(1);
        }
        benchmark.measure(log, directory, port, seconds, entryBytes);
        log.close();
        System.exit(0);
    }

    private static NodeId id(int number) {
        return new NodeId("n" + number);
    }

    private static InetSocketAddress address(int port, NodeId id) {
        int number = Integer.parseInt(id.value().substring(1));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port + number);
    }

    private static void serveBare(int port, Path directory) {
        try {
            BareQuorum.follow(port, directory);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private RaftReplicatedLog start(Path directory, int port, boolean tls) throws IOException {
        List<NodeId> voters =
                IntStream.rangeClosed(1, NODES).mapToObj(LogBenchmark::id).toList();
        NettyLogTransport transport = new NettyLogTransport(new NettyLogTransport.Settings(
                "bench",
                self,
                address(port, self),
                peer -> Optional.of(address(port, peer)),
                tls ? Optional.of(NodeTls.ofSecret(self.value(), SECRET, Optional.empty())) : Optional.empty()));
        RaftReplicatedLog opened =
                RaftReplicatedLog.open(LogSettings.of("bench", self, voters), directory.resolve("log"), transport);
        opened.start(this);
        return opened;
    }

    private void measure(RaftReplicatedLog leader, Path directory, int port, int seconds, int entryBytes)
            throws Exception {
        long term = leading.get(60, TimeUnit.SECONDS);
        Load.Operation append = done -> {
            var unused = leader.append(term, ByteBuffer.allocate(entryBytes)).whenComplete((position, failure) -> {
                if (failure != null) {
                    failure.printStackTrace(); // leadership was lost, on a machine that is too busy
                    Runtime.getRuntime().halt(1);
                }
                done.run();
            });
        };
        PrintStream out = System.out;
        for (int outstanding : OUTSTANDING) {
            Load.run(outstanding, Math.max(2, seconds), append);
        }
        List<Integer> bare = List.of(port + NODES + 2, port + NODES + 3);
        BareQuorum.lead(bare, directory, 16, entryBytes, 2);
        out.printf(
                Locale.ROOT,
                "%-34s %10s %9s %9s %9s   stages of the log, p50 in us: queue, write, sync, quorum%n",
                "",
                "per second",
                "p50 ms",
                "p99 ms",
                "max ms");
        for (int outstanding : OUTSTANDING) {
            Load.Result limit = BareQuorum.lead(bare, directory, outstanding, entryBytes, seconds);
            print(out, "bare quorum, " + outstanding + " outstanding", limit, "");
            LogTimings timings = leader.timings();
            List<Supplier<Histogram>> stages = List.of(timings::queue, timings::write, timings::sync, timings::quorum);
            List<Histogram> before = stages.stream().map(Supplier::get).toList();
            long cpu = cpuNanos();
            Load.Result result = Load.run(outstanding, seconds, append);
            cpu = cpuNanos() - cpu;
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < stages.size(); i++) {
                Histogram during = stages.get(i).get();
                during.subtract(before.get(i));
                text.append(i == 0 ? "" : ", ").append(during.getValueAtPercentile(50));
            }
            print(out, "log, " + outstanding + " outstanding", result, text.toString());
            out.printf(
                    Locale.ROOT,
                    "%-34s %10.0f%n",
                    "  leader's CPU per entry, us",
                    cpu / 1e3 / result.latency().getTotalCount());
            out.printf(
                    Locale.ROOT,
                    "%-34s %10.2f %9.2f%n",
                    "  ratio to the bare quorum",
                    result.perSecond() / limit.perSecond(),
                    (double) result.latency().getValueAtPercentile(50)
                            / limit.latency().getValueAtPercentile(50));
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static void print(PrintStream out, String name, Load.Result result, String stages) {
        Histogram latency = result.latency();
        out.printf(
                Locale.ROOT,
                "%-34s %10.0f %9.3f %9.3f %9.3f   %s%n",
                name,
                result.perSecond(),
                latency.getValueAtPercentile(50) / 1e3,
                latency.getValueAtPercentile(99) / 1e3,
                latency.getMaxValue() / 1e3,
                stages);
    }

    @Override
    public void onCommitted(LogEntry entry) {
        // Only the log is measured.
    }

    @Override
    public ByteBuffer takeMarker() {
        return ByteBuffer.allocate(0);
    }

    @Override
    public void onMarker(Position position, ByteBuffer marker, long firstIndex) {
        // Nothing is kept.
    }

    @Override
    public void onLeader(long term) {
        if (self.equals(id(1))) {
            leading.complete(term);
        }
    }

    @Override
    public void onNotLeader(long term) {
        // Appends fail then, and the benchmark with them.
    }

    @Override
    public void onLeaderChanged(Optional<NodeId> leader, long term) {
        // Not of interest.
    }

    @Override
    public void onReseedRequired(long firstAvailable) {
        throw new IllegalStateException("nothing is ever dropped here");
    }

    @Override
    public void onFatal(Throwable cause) {
        cause.printStackTrace();
    }
}
