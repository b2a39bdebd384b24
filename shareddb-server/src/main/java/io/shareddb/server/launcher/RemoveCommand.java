package io.shareddb.server.launcher;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code shareddb remove}. */
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        description = {
            "Removes a node from the cluster, for good, whether it runs or not. If it leads, another node leads first. It stops serving;",
            "to come back as a new node it needs an empty data directory."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:not done in time, and it may still happen: see shareddb status",
            "2:wrong options",
            "6:the node does not answer",
            "7:refused"
        })
final class RemoveCommand implements Callable<Integer> {
    @Mixin
    private ManagementApi api = new ManagementApi();

    @Parameters(index = "0", paramLabel = "NODE", description = "Name or id of the node to remove.")
    private String node = "";

    @Option(
            names = "--force",
            description =
                    "Also if too few of the other nodes live, so that the cluster does not write until more of them do.")
    private boolean force;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        api.post("/v1/cluster/remove", Map.of("node", node, "force", force));
        new Console(spec).print(node + " is removed");
        return ExitCodes.OK;
    }
}
