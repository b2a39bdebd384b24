package io.shareddb.replication.engine.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that only say their version. */
class EngineSearchTest {
    private static final String MYSQL = "mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))";

    @TempDir
    Path directory;

    private Path program(String name, String answer, String comment) throws IOException {
        Path file = directory.resolve("bin").resolve(name);
        Files.createDirectories(directory.resolve("bin"));
        Files.writeString(file, "#!/bin/sh\n# " + comment + "\necho '" + answer + "'\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    @Test
    void programSaysItselfOfWhichKindItIs() throws Exception {
        EngineBinaries mysql = EngineBinaries.installed(program("mysqld", MYSQL, ""));
        assertThat(mysql.product()).isEqualTo(EngineBinaries.Product.MYSQL);
        assertThat(mysql.describe()).isEqualTo("MySQL 9.7.4");
        assertThat(mysql.command()).endsWith("--no-defaults");
        Path other = program("other", "something 1.2.3", "");
        assertThatThrownBy(() -> EngineBinaries.installed(other)).hasMessageContaining("expected: MariaDB or MySQL");
    }

    /** The engine takes that option in the first place only. */
    @Test
    void scriptThatLeavesOutDefaultsItselfIsNotToldTo() throws Exception {
        EngineBinaries wrapped = EngineBinaries.installed(program("mysqld", MYSQL, "exec mysqld --no-defaults"));
        assertThat(wrapped.command()).containsExactly(wrapped.server().toString());
    }

    @Test
    void searchTellsWhatItDidNotFind() throws Exception {
        Path mysqld = program("mysqld", MYSQL, "");
        EngineSearch search = EngineSearch.of(
                List.of(mysqld.toString(), "/no/such/mysqld"),
                List.of(directory.resolve("bin").toString()));
        assertThat(search.found()).hasSize(1);
        assertThat(search.missing()).hasSize(2);
        assertThat(search.missing().get(0)).contains("/no/such/mysqld is not an executable file");
        assertThat(search.missing().get(1)).startsWith("MariaDB: not on the PATH");
    }
}
