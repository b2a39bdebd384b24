package io.shareddb.server.launcher;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code shareddb version}. */
@Command(
        name = "version",
        mixinStandardHelpOptions = true,
        description = "Prints the version of Shared DB and of the Java runtime.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = "0:always")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = new Console(spec);
        for (String line : getVersion()) {
            console.print(line);
        }
        return ExitCodes.OK;
    }

    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
        return new String[] {
            "Shared DB " + version,
            "Java " + Runtime.version() + " on " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
