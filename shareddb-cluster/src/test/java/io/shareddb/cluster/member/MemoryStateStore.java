package io.shareddb.cluster.member;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Documents in memory; a test may do something right before and after each write. */
public final class MemoryStateStore implements StateStore {
    private final Map<String, String> documents = new HashMap<>();
    public Consumer<String> beforeWrite = name -> {};
    public Consumer<String> afterWrite = name -> {};

    @Override
    public Optional<String> read(String name) {
        return Optional.ofNullable(documents.get(name));
    }

    @Override
    public void write(String name, String json) {
        beforeWrite.accept(name);
        documents.put(name, json);
        afterWrite.accept(name);
    }

    public void delete(String name) {
        documents.remove(name);
    }

    @Override
    public String describe(String name) {
        return name + ".json";
    }
}
