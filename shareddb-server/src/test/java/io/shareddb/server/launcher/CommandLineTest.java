package io.shareddb.server.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.shareddb.server.config.Setting;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
    @TempDir
    Path directory;

    /** What a command wrote, and how it ended. */
    record Outcome(int exitCode, String out, String err) {}

    static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = commandLine.execute(arguments);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "server", "status", "transfer", "drain", "remove", "recover", "version"})
    void everyCommandIsListedAndHasHelpWithItsExitCodes(String command) {
        assertThat(run("--help").out()).contains("  " + command).contains("Exit codes:");

        Outcome help = run(command, "--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("Usage: shareddb " + command).contains("Exit codes:");
    }

    @Test
    void everyOptionHasADescription() {
        for (CommandLine command : Main.commandLine().getSubcommands().values()) {
            assertThat(command.getCommandSpec().options()).allSatisfy(option -> assertThat(option.description())
                    .as("%s %s", command.getCommandName(), option.longestName())
                    .isNotEmpty());
        }
    }

    @Test
    void serverHasAnOptionForEverySettingButSecrets() {
        String help = run("server", "--help").out();

        for (Setting setting : Setting.values()) {
            if (setting.secret()) {
                assertThat(help).doesNotContain(setting.flag() + "=");
            } else {
                assertThat(help).contains(setting.flag() + "=");
            }
        }
    }

    @Test
    void wrongOptionIsAUsageError() {
        assertThat(run("up", "--nodse", "3").exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void nodeThatDoesNotAnswerHasAnExitCodeOfItsOwn() {
        Outcome outcome = run("status", "--url", "http://127.0.0.1:1");

        assertThat(outcome.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(outcome.err()).contains("http://127.0.0.1:1 does not answer");
    }

    @Test
    void nodeThatRefusesToAnswerIsNotTakenForOneThatIsDown() throws IOException {
        byte[] problem = "{\"detail\":\"only the node's own machine\"}".getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(403, problem.length);
            exchange.getResponseBody().write(problem);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();

            Outcome status = run("status", "--url", url);
            Outcome drain = run("drain", "node1", "--url", url);

            assertThat(status.exitCode()).isEqualTo(ExitCodes.FAILED);
            assertThat(status.err()).contains(url + ": only the node's own machine");
            assertThat(drain.exitCode()).isEqualTo(ExitCodes.FAILED);
            assertThat(drain.err()).contains("only the node's own machine");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void serverNamesEveryWrongSetting() {
        Outcome outcome = run("server", "--ui-port", "x", "--cluster-size", "10");

        assertThat(outcome.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(outcome.err()).contains("UI_PORT: x (expected: ").contains("CLUSTER_SIZE: 10 (expected: 1 to 9)");
    }

    @Test
    void upRefusesAnotherNumberOfNodesThanTheDirectoryHolds() throws java.io.IOException {
        java.nio.file.Files.createDirectory(directory.resolve("node1"));

        Outcome outcome = run("up", "--dir", directory.toString(), "--nodes", "3");

        assertThat(outcome.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(outcome.err()).contains("--nodes: 3 (expected: 1, which is what " + directory + " holds)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NODE_NAME=x", "CLUSTER_SECRET=x", "PEERS=a:1", "LEADER_TIMEUOT=1s"})
    void upSetsOnlyWhatIsASettingOfAllNodes(String setting) {
        Outcome outcome = run("up", "--dir", directory.toString(), "--set", setting);

        assertThat(outcome.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(outcome.err()).contains("--set: " + setting.substring(0, setting.indexOf('=')) + " (expected: ");
    }

    @Test
    void upNamesWrongValuesBeforeItStartsAnything() {
        Outcome outcome = run("up", "--dir", directory.toString(), "--set", "LEADER_WAIT=soon");

        assertThat(outcome.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(outcome.err()).contains("LEADER_WAIT: soon (expected: ");
    }
}
