package io.shareddb.server.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.server.launcher.PasswordFile.Password;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {
    @TempDir
    Path directory;

    @Test
    void generatedPasswordIsKeptForItsOwnerAlone() throws IOException {
        Password first = PasswordFile.of(directory, "");
        Password second = PasswordFile.of(directory, "");

        assertThat(first.generated()).isTrue();
        assertThat(first.text()).hasSize(20);
        assertThat(second).isEqualTo(new Password(first.text(), false));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void givenPasswordIsKept() throws IOException {
        assertThat(PasswordFile.of(directory, "given")).isEqualTo(new Password("given", false));
        assertThat(PasswordFile.of(directory, "").text()).isEqualTo("given");
    }

    @Test
    void anotherPasswordThanTheKeptOneIsRefused() throws IOException {
        PasswordFile.of(directory, "given");

        assertThatThrownBy(() -> PasswordFile.of(directory, "other"))
                .isInstanceOf(LaunchException.class)
                .hasMessageNotContaining("given");
    }
}
