package io.shareddb.server.launcher;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code shareddb} itself: shows its help. */
@Command(
        name = "shareddb",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        description = "Several MariaDB engines as one database behind a MySQL endpoint on every node.",
        subcommands = {
            UpCommand.class,
            ServerCommand.class,
            StatusCommand.class,
            TransferCommand.class,
            DrainCommand.class,
            RemoveCommand.class,
            RecoverCommand.class,
            VersionCommand.class,
            PrepareCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; stopped as asked",
            "1:unexpected error; the stack trace says more",
            "2:wrong options or settings",
            "3:cannot start: a port is in use, a directory cannot be written or is in use, a file is missing",
            "4:the cluster was not ready in time",
            "5:the node failed while it ran: its log's disk, its engine",
            "6:no node answers, or the cluster has no leader (status)",
            "7:the cluster refused what was asked, or it must not be done: nothing changed",
            "130, 143:stopped by Ctrl-C or SIGTERM, in order"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  shareddb up                       three nodes on this machine, data in ./shareddb-data",
            "  shareddb status                   who leads, who follows, how far each one is",
            "  shareddb transfer node2           node2 leads from now on",
            "  DB_INIT_PASS=... shareddb server  one node, set up by the environment",
            "",
            "shareddb COMMAND --help tells more of each command; docs/configuration.md lists all settings."
        })
final class SharedDbCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut(), CommandLine.Help.Ansi.AUTO);
    }
}
