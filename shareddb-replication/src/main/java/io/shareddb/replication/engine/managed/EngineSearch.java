package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.EngineException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Engines that are installed on this machine, so that tests can run on all of them: those that the system property
 * {@code shareddb.test.engines} or else the environment variable {@code ENGINES_TO_TEST} names (programs, separated by
 * commas; {@code installed} stands for the next ones), and what is called {@code mysqld} or {@code mariadbd} on the {@code PATH}.
 * Immutable.
 *
 * @param found without doubles
 * @param missing what was looked for and why it is not there, a line each
 */
public record EngineSearch(List<EngineBinaries> found, List<String> missing) {
    static final String PROPERTY = "shareddb.test.engines";

    /** Not {@code SHAREDDB_…}: what begins so and is no setting stops every node that a test starts. */
    static final String VARIABLE = "ENGINES_TO_TEST";

    /** Among the names: all that are on the {@code PATH}. */
    private static final String INSTALLED = "installed";

    public EngineSearch {
        found = List.copyOf(found);
        missing = List.copyOf(missing);
    }

    /** Looks; starts each program once, to ask for its version. */
    public static EngineSearch onThisMachine() {
        return of(names(), folders());
    }

    /** Only those that are named; for tests that take long. */
    public static EngineSearch named() {
        return of(names(), namesInstalled() ? folders() : List.of());
    }

    private static List<String> folders() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isBlank())
                .toList();
    }

    private static List<String> names() {
        return allNames().filter(name -> !name.equals(INSTALLED)).toList();
    }

    private static boolean namesInstalled() {
        return allNames().anyMatch(INSTALLED::equals);
    }

    private static Stream<String> allNames() {
        String named = Optional.ofNullable(System.getProperty(PROPERTY))
                .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
                .orElse("");
        return Stream.of(named.split(",", -1)).map(String::strip).filter(name -> !name.isBlank());
    }

    /**
     * Looks.
     *
     * @param named programs
     * @param folders where to look for others
     */
    static EngineSearch of(List<String> named, List<String> folders) {
        List<EngineBinaries> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String name : named) {
            try {
                add(EngineBinaries.installed(Path.of(name)), found);
            } catch (EngineException | InvalidPathException e) {
                missing.add(name + ": " + e.getMessage());
            }
        }
        for (String program : List.of("mysqld", "mariadbd")) {
            Optional<Path> installed = folders.stream()
                    .map(folder -> Path.of(folder).resolve(program))
                    .filter(Files::isExecutable)
                    .findFirst();
            if (installed.isPresent()) {
                try {
                    add(EngineBinaries.installed(installed.get()), found);
                } catch (EngineException e) {
                    missing.add(installed.get() + ": " + e.getMessage());
                }
            }
        }
        for (EngineBinaries.Product product : EngineBinaries.Product.values()) {
            if (found.stream().noneMatch(known -> known.product() == product)) {
                missing.add(product.program().product() + ": not on the PATH (-D" + PROPERTY + " or " + VARIABLE
                        + " may name one)");
            }
        }
        return new EngineSearch(found, missing);
    }

    private static void add(EngineBinaries binaries, List<EngineBinaries> found) {
        if (found.stream().noneMatch(known -> known.describe().equals(binaries.describe()))) {
            found.add(binaries);
        }
    }
}
