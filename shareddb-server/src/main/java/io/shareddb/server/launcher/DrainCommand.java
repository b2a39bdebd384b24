package io.shareddb.server.launcher;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code shareddb drain}. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a node leave leadership to others, and its probe /readyz say so, until this is taken back or the node starts again.",
            "Clients that are connected to it are served as before."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:not done in time, and it may still happen: see shareddb status",
            "2:wrong options",
            "6:the node does not answer",
            "7:refused"
        })
final class DrainCommand implements Callable<Integer> {
    @Mixin
    private ManagementApi api = new ManagementApi();

    @Parameters(index = "0", paramLabel = "NODE", description = "Name or id of the node.")
    private String node = "";

    @Option(names = "--off", description = "Take it back.")
    private boolean off;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        api.post("/v1/cluster/drain", Map.of("node", node, "on", !off));
        new Console(spec).print(node + (off ? " may lead again" : " is drained"));
        return ExitCodes.OK;
    }
}
