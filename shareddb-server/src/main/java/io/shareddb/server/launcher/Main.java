package io.shareddb.server.launcher;

import io.shareddb.server.config.ConfigException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Where the process begins and ends. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new SharedDbCommand());
        for (String node : List.of("server", "recover")) {
            CommandLine command =
                    Objects.requireNonNull(commandLine.getSubcommands().get(node), "declared in SharedDbCommand");
            SettingOptions.addTo(command.getCommandSpec());
        }
        commandLine.setExecutionExceptionHandler((exception, command, parsed) -> report(exception, command.getErr()));
        return commandLine;
    }

    private static int report(Exception exception, PrintWriter err) {
        Ansi ansi = Ansi.AUTO;
        if (exception instanceof ConfigException config) {
            int count = config.problems().size();
            err.println(ansi.string("@|bold,red error:|@ ")
                    + String.format(Locale.ROOT, "%d problem%s in the settings", count, count == 1 ? "" : "s"));
            config.problems().forEach(problem -> err.println("  " + problem));
            return ExitCodes.USAGE;
        }
        if (exception instanceof LaunchException launch) {
            err.println(ansi.string("@|bold,red error:|@ ") + launch.getMessage());
            return launch.exitCode();
        }
        exception.printStackTrace(err);
        return ExitCodes.FAILED;
    }
}
