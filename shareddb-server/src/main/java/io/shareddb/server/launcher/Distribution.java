package io.shareddb.server.launcher;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where this program was started from: the jar, beside it {@code lib/}, {@code engines/}, the operators' JVM flags and the archive of
 * loaded classes.
 *
 * @param jar the launcher's jar, or a directory of classes when it is run from a build's output
 */
record Distribution(Path jar) {
    /** JVM flags of operators, one a line; read by {@code java} itself. */
    private static final String JVM_FLAGS = "operator.jvm";
    /** Loaded classes as the JVM maps them, made by the start script; not needed. */
    private static final String CLASS_ARCHIVE = "shareddb.jsa";

    static Distribution current() {
        CodeSource source = Main.class.getProtectionDomain().getCodeSource();
        try {
            return new Distribution(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the launcher's own place is no path: " + source, e);
        }
    }

    /** The jar in {@code engines/} that is made for this platform; empty if there is none. */
    Optional<Path> engineJar() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String platform = os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "mac" : "win";
        Path engines = jar.resolveSibling("engines");
        if (!Files.isDirectory(engines)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(engines)) {
            return files.filter(file -> file.getFileName().toString().contains("-db-" + platform)
                            && file.toString().endsWith(".jar"))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            return Optional.empty(); // the node says that it has no engine
        }
    }

    /** A command that runs this program in a JVM of its own, set up for an operator. */
    List<String> operatorCommand(Path nodeDirectory, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Path flags = jar.resolveSibling(JVM_FLAGS);
        if (Files.isReadable(flags)) {
            command.add("@" + flags);
        }
        Path classes = jar.resolveSibling(CLASS_ARCHIVE);
        if (Files.isReadable(classes)) {
            command.add("-XX:SharedArchiveFile=" + classes);
            command.add("-Xlog:cds=off");
            command.add("-Xlog:cds+dynamic=off");
        }
        command.add("-XX:ErrorFile=" + nodeDirectory.resolve("operator.crash.%p.log"));
        if (Files.isDirectory(jar)) {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        } else {
            command.addAll(List.of("-jar", jar.toString()));
        }
        command.addAll(arguments);
        return command;
    }
}
