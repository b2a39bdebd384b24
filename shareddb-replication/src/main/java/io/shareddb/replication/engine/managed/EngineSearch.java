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
 * {@code shareddb.test.engines} or else the environment variable {@code SHAREDDB_TEST_ENGINES} names (programs, separated by
 * commas), and what is called {@code mysqld} or {@code mariadbd} on the {@code PATH}. Immutable.
 *
 * @param found without doubles
 * @param missing what was looked for and why it is not there, a line each
 */
public record EngineSearch(List<EngineBinaries> found, List<String> missing) {
    static final String PROPERTY = "shareddb.test.engines";
    static final String VARIABLE = "SHAREDDB_TEST_ENGINES";

    public EngineSearch {
        found = List.copyOf(found);
        missing = List.copyOf(missing);
    }

    /** Looks; starts each program once, to ask for its version. */
    public static EngineSearch onThisMachine() {
        String named = Optional.ofNullable(System.getProperty(PROPERTY))
                .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
                .orElse("");
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return of(
                Stream.of(named.split(",", -1)).filter(name -> !name.isBlank()).toList(),
                Stream.of(path.split(File.pathSeparator, -1))
                        .filter(folder -> !folder.isBlank())
                        .toList());
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
                add(EngineBinaries.installed(Path.of(name.strip())), found);
            } catch (EngineException | InvalidPathException e) {
                missing.add(name.strip() + ": " + e.getMessage());
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
            } else {
                missing.add(program + ": not on the PATH (-D" + PROPERTY + " or " + VARIABLE + " may name one)");
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
