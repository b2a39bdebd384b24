package io.shareddb.server.launcher;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "1:what answers tells nothing: see the message",
            "2:wrong options",
            "6:the node does not answer, or there is no leader"
        })
final class StatusCommand implements Callable<Integer> {
    /** How to print it. */
    enum Output {
        table,
        json
    }

    @Mixin
    private ManagementApi api = new ManagementApi();

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
        String json = api.clusterJson();
        Console console = new Console(spec);
        ClusterView view = ClusterView.parse(json);
        if (output == Output.json) {
            console.print(json);
        } else {
            console.print("cluster " + view.name() + ", epoch " + view.epoch() + ", leader "
                    + view.leader().orElse("none"));
            console.print(view.table());
        }
        return view.leader().isPresent() ? ExitCodes.OK : ExitCodes.UNREACHABLE;
    }
}
