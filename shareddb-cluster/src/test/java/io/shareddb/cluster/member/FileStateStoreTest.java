package io.shareddb.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStateStoreTest {
    @TempDir
    Path directory;

    @Test
    void readsWhatWasWrittenLast() {
        FileStateStore store = new FileStateStore(directory.resolve("new"));
        assertThat(store.read("node")).isEmpty();
        store.write("node", "{\"id\":\"a\",\"n\":1}");
        store.write("node", "{\"id\":\"b\",\"n\":2}");
        assertThat(new FileStateStore(directory.resolve("new")).read("node")).contains("{\"id\":\"b\",\"n\":2}");
    }

    @Test
    void damageAtAnyByteIsFoundOrHarmless() throws IOException {
        FileStateStore store = new FileStateStore(directory);
        store.write("node", "{\"id\":\"a\"}");
        Path file = directory.resolve("node.json");
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);
            try {
                assertThat(store.read("node")).contains("{\"id\":\"a\"}"); // white space only
            } catch (StateException e) {
                assertThat(e).hasMessageContaining("node.json");
            }
        }
    }

    @Test
    void cutFileIsFoundAtEveryLength() throws IOException {
        FileStateStore store = new FileStateStore(directory);
        store.write("node", "{\"id\":\"a\"}");
        Path file = directory.resolve("node.json");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> store.read("node")).isInstanceOf(StateException.class);
        }
    }

    @Test
    void halfWrittenSuccessorDoesNotMatter() throws IOException {
        FileStateStore store = new FileStateStore(directory);
        store.write("node", "{\"id\":\"a\"}");
        Files.writeString(directory.resolve("node.json.new"), "{\"conte");
        assertThat(store.read("node")).contains("{\"id\":\"a\"}");
        store.write("node", "{\"id\":\"b\"}");
        assertThat(store.read("node")).contains("{\"id\":\"b\"}");
    }
}
