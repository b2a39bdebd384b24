package io.shareddb.server.launcher;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code shareddb status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows the cluster as one of its nodes sees it.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the cluster has a leader",
            "2:wrong options",
            "6:the node does not answer, or there is no leader"
        })
final class StatusCommand implements Callable<Integer> {
    /** How to print it. */
    enum Output {
        table,
        json
    }

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8008",
            showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
            description = "Management API of any node.")
    private String url;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
            description = "One of: ${COMPLETION-CANDIDATES}.")
    private Output output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        Optional<String> json = new StatusClient().clusterJson(base);
        if (json.isEmpty()) {
            throw new LaunchException(
                    ExitCodes.UNREACHABLE,
                    "--url: " + base + " does not answer (expected: the UI port of a running node)");
        }
        Console console = new Console(spec);
        ClusterView view = ClusterView.parse(json.get());
        if (output == Output.json) {
            console.print(json.get());
        } else {
            console.print("cluster " + view.name() + ", epoch " + view.epoch() + ", leader "
                    + view.leader().orElse("none"));
            console.print(view.table());
        }
        return view.leader().isPresent() ? ExitCodes.OK : ExitCodes.UNREACHABLE;
    }
}
