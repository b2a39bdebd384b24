package io.shareddb.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference names every setting, with its default. */
class ConfigurationDocumentTest {
    @ParameterizedTest
    @EnumSource(Setting.class)
    void documentHasARowWithTheDefaultOf(Setting setting) throws IOException {
        String document = Files.readString(Path.of("..", "docs", "configuration.md"));

        assertThat(document.lines())
                .as("a row of a table for %s", setting)
                .anyMatch(line -> line.startsWith("|")
                        && line.contains("`" + setting.name() + "`")
                        && line.contains(setting.defaultText()));
    }
}
