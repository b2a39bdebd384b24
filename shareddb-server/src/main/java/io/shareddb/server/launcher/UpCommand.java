package io.shareddb.server.launcher;

import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.config.Setting;
import io.shareddb.server.launcher.ClusterPlan.NodePlan;
import io.shareddb.server.launcher.PasswordFile.Password;
import io.shareddb.server.layout.DirectoryInUseException;
import io.shareddb.server.layout.PidFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code shareddb up}: a whole cluster on this machine. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a cluster on this machine: each node is a process of its own with an engine of its own.",
            "Runs until Ctrl-C or SIGTERM, then stops every node, the leader last. A second start on the same directory finds "
                    + "its data again. Operators that die are started again."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "2:wrong options",
            "3:cannot start: a port is in use, --dir cannot be written or is in use",
            "4:the cluster was not ready in time, or a node ended again and again",
            "130, 143:stopped by Ctrl-C or SIGTERM, in order"
        })
final class UpCommand implements Callable<Integer> {
    private static final Duration EARLIER_OPERATORS = Duration.ofSeconds(45);

    @Option(names = "--nodes", paramLabel = "COUNT", description = "How many nodes. Default: 3, or what --dir holds.")
    private Optional<Integer> nodes = Optional.empty();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "./shareddb-data",
            showDefaultValue = Visibility.ALWAYS,
            description = "Directory of the cluster: nodeN/ for each node, and the password.")
    private Path directory;

    @Option(
            names = "--mysql-port",
            paramLabel = "PORT",
            defaultValue = "3307",
            showDefaultValue = Visibility.ALWAYS,
            description = "MySQL endpoint of the first node; the next ones follow by one.")
    private int mysqlPort;

    @Option(
            names = "--ui-port",
            paramLabel = "PORT",
            defaultValue = "8008",
            showDefaultValue = Visibility.ALWAYS,
            description = "Management API and UI of the first node; the next ones follow by one.")
    private int uiPort;

    @Option(
            names = "--api-port",
            paramLabel = "PORT",
            defaultValue = "7071",
            showDefaultValue = Visibility.ALWAYS,
            description = "Cluster API of the first node, its log one above; the next ones follow by two.")
    private int apiPort;

    @Option(
            names = "--password",
            paramLabel = "PASSWORD",
            defaultValue = "",
            description =
                    "Password of root on every node. Default: the one kept in DIR/password, at the first start a new one.")
    private String password;

    @Option(names = "--database", paramLabel = "NAME", description = "Database to create at the first start.")
    private Optional<String> database = Optional.empty();

    @Option(
            names = "--engine-binary",
            paramLabel = "PATH",
            description = "mariadbd or mysqld to run. Default: the one that comes with Shared DB.")
    private Optional<Path> engineBinary = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description =
                    "A setting of every node, as in docs/configuration.md, such as READ_CONSISTENCY=strong. May be repeated.")
    private Map<String, String> common = Map.of();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "180",
            showDefaultValue = Visibility.ALWAYS,
            description = "How long the cluster may take to be ready.")
    private int timeoutSeconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Console console = new Console(spec);
        Instant began = Instant.now();
        Path home = directory.toAbsolutePath().normalize();
        Preflight.checkWritable(home);
        PidFile lock = take(home);
        try (lock) {
            ClusterPlan plan = plan(home);
            awaitEarlierOperators(plan.nodes(), console);
            Preflight.checkPorts(plan.nodes());
            Password secret = PasswordFile.of(home, password);
            NodeConfig.read(
                    Map.of(), plan.settings(plan.nodes().get(0), secret.text())); // names what is wrong in --set
            console.print("Starting " + plan.nodes().size() + " nodes in " + home);
            if (secret.generated()) {
                console.print("Password of root: " + secret.text() + "   (kept in " + home.resolve("password") + ")");
            }
            run(plan, secret, console, began);
            return ExitCodes.OK;
        }
    }

    private static PidFile take(Path home) throws IOException {
        try {
            return PidFile.take(home.resolve("up.pid"));
        } catch (DirectoryInUseException e) {
            throw new LaunchException(ExitCodes.CANNOT_START, "--dir: " + e.getMessage());
        }
    }

    private ClusterPlan plan(Path home) {
        int present = Preflight.nodesIn(home);
        int count = nodes.orElse(present == 0 ? 3 : present);
        if (count < 1 || count > 9 || (present > 0 && count != present)) {
            String expected = present > 0 ? present + ", which is what " + home + " holds" : "1 to 9";
            throw new LaunchException(ExitCodes.USAGE, "--nodes: " + count + " (expected: " + expected + ")");
        }
        Optional<Path> binary = engineBinary.map(path -> path.toAbsolutePath().normalize());
        if (binary.isPresent() && !Files.isExecutable(binary.get())) {
            throw new LaunchException(
                    ExitCodes.CANNOT_START,
                    "--engine-binary: " + binary.get() + " (expected: a program that can be executed)");
        }
        Map<Setting, String> settings = commonSettings();
        binary.ifPresent(path -> settings.put(Setting.ENGINE_BINARY, path.toString()));
        database.ifPresent(name -> settings.put(Setting.INIT_DB_NAME, name));
        return new ClusterPlan(home, ClusterPlan.nodes(home, count, mysqlPort, uiPort, apiPort), settings);
    }

    private Map<Setting, String> commonSettings() {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        common.forEach((name, value) -> {
            Setting setting = Setting.ofVariable(name)
                    .orElseThrow(() -> new LaunchException(
                            ExitCodes.USAGE, "--set: " + name + " (expected: a setting of docs/configuration.md)"));
            if (!ClusterPlan.common(setting)) {
                throw new LaunchException(
                        ExitCodes.USAGE, "--set: " + name + " (expected: a setting that is the same on all nodes)");
            }
            settings.put(setting, value);
        });
        return settings;
    }

    /** After a kill of {@code up} its operators stop by themselves, which takes a moment. */
    private static void awaitEarlierOperators(List<NodePlan> nodes, Console console) throws InterruptedException {
        Instant began = Instant.now();
        List<String> live = Preflight.liveOperators(nodes);
        if (!live.isEmpty()) {
            console.print("Waiting for operators of an earlier start to end: " + String.join(", ", live));
        }
        while (!live.isEmpty()) {
            if (Duration.between(began, Instant.now()).compareTo(EARLIER_OPERATORS) > 0) {
                throw new LaunchException(
                        ExitCodes.CANNOT_START,
                        "--dir: operators of an earlier start still run: " + String.join(", ", live)
                                + " (expected: none; end them first)");
            }
            TimeUnit.MILLISECONDS.sleep(200);
            live = Preflight.liveOperators(nodes);
        }
    }

    private void run(ClusterPlan plan, Password secret, Console console, Instant began) throws InterruptedException {
        StatusClient status = new StatusClient();
        Distribution distribution = Distribution.current();
        Supervisor supervisor = new Supervisor(
                plan.nodes().stream()
                        .map(node -> new OperatorProcess(node, plan.settings(node, secret.text()), distribution))
                        .toList(),
                console,
                status);
        Thread hook = new Thread(() -> stop(supervisor, console), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            supervisor.start();
            ClusterView view = new StartProgress(plan.nodes(), status, console)
                    .await(supervisor, Duration.ofSeconds(timeoutSeconds));
            console.print("");
            console.print(view.table());
            console.print("");
            console.print(String.format(
                    java.util.Locale.ROOT,
                    "Ready after %.1f s. Ctrl-C stops it. Connect to any node:",
                    Duration.between(began, Instant.now()).toMillis() / 1000.0));
            console.print("  mariadb -h " + ClusterPlan.HOST + " -P "
                    + plan.nodes().get(0).mysqlPort() + " -u root -p\"$(cat '"
                    + plan.directory().resolve("password") + "')\"");
            new CountDownLatch(1).await(); // until a signal ends this process
        } catch (LaunchException e) {
            supervisor.stop();
            throw e;
        }
    }

    private static void stop(Supervisor supervisor, Console console) {
        try {
            console.event("stopping, the leader last");
            supervisor.stop();
            console.event("stopped");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
