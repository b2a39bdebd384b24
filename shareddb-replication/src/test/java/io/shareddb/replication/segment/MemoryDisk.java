package io.shareddb.replication.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * A directory in memory which forgets in a crash what was not synced, wholly or in parts. One thread.
 *
 * <p>{@link #kill} is the end of a process: everything written can still be read, but is as little synced as before. {@link #crash} is
 * the end of the machine.
 */
public final class MemoryDisk implements Disk {
    /** How much of what was not synced survives a crash. */
    public enum Tearing {
        /** Nothing. */
        LOSE_ALL,
        /** The writes of each file up to some byte. */
        PREFIX,
        /** Any of its sectors of 512 bytes, also later ones without earlier ones. */
        SECTORS,
        /** Everything. */
        KEEP_ALL
    }

    /** The fault that {@link #failAfter} makes. */
    public static final class Fault extends IOException {
        private static final long serialVersionUID = 1;

        Fault() {
            super("injected fault");
        }
    }

    private static final int SECTOR = 512;

    private final String name;
    private TreeMap<String, Content> names = new TreeMap<>();
    private TreeMap<String, Content> durableNames = new TreeMap<>();

    /** Directory as it was after each change since the last sync of names. */
    private final List<TreeMap<String, Content>> unsyncedNames = new ArrayList<>();

    private long operations;
    private long failAt = Long.MAX_VALUE;
    private int failBytes;
    private int failedWriteBytes;
    private long largestNewFile = Long.MAX_VALUE;

    public MemoryDisk(String name) {
        this.name = name;
    }

    /** A write, or a cut if {@code bytes} is empty. */
    private static final class Change {
        final long offset;
        final byte[] bytes;
        final boolean cut;

        Change(long offset, byte[] bytes, boolean cut) {
            this.offset = offset;
            this.bytes = bytes;
            this.cut = cut;
        }

        long offset() {
            return offset;
        }

        byte[] bytes() {
            return bytes;
        }

        boolean cut() {
            return cut;
        }
    }

    /** One file's bytes. */
    private static final class Content {
        byte[] bytes = new byte[0];
        int size;
        byte[] durable = new byte[0];
        final List<Change> unsynced = new ArrayList<>();

        void apply(Change change) {
            if (change.cut()) {
                size = (int) change.offset();
                Arrays.fill(bytes, size, bytes.length, (byte) 0);
                return;
            }
            int end = (int) change.offset() + change.bytes().length;
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
            }
            System.arraycopy(change.bytes(), 0, bytes, (int) change.offset(), change.bytes().length);
            size = Math.max(size, end);
        }

        void sync() {
            durable = Arrays.copyOf(bytes, size);
            unsynced.clear();
        }

        void crash(Random random, Tearing tearing) {
            List<Change> changes = new ArrayList<>(unsynced);
            if (tearing != Tearing.KEEP_ALL) {
                unsynced.clear();
                bytes = durable.clone();
                size = durable.length;
                tear(changes, random, tearing);
            }
            sync();
        }

        private void tear(List<Change> changes, Random random, Tearing tearing) {
            if (tearing == Tearing.PREFIX && !changes.isEmpty()) {
                int whole = random.nextInt(changes.size());
                changes.subList(0, whole).forEach(this::apply);
                Change torn = changes.get(whole);
                if (!torn.cut()) {
                    int keep = random.nextInt(torn.bytes().length + 1);
                    apply(new Change(torn.offset(), Arrays.copyOf(torn.bytes(), keep), false));
                }
            } else if (tearing == Tearing.SECTORS) {
                for (Change change : changes) {
                    if (change.cut()) {
                        return; // metadata of later changes depends on it
                    }
                    for (int from = 0; from < change.bytes().length; ) {
                        int to = (int)
                                Math.min(change.bytes().length, SECTOR - (change.offset() + from) % SECTOR + from);
                        if (random.nextBoolean()) {
                            apply(new Change(
                                    change.offset() + from, Arrays.copyOfRange(change.bytes(), from, to), false));
                        }
                        from = to;
                    }
                }
            }
        }
    }

    /** The process ends: nothing is lost, nothing is synced. */
    public void kill() {
        failAt = Long.MAX_VALUE;
    }

    /** The machine ends. */
    public void crash(Random random, Tearing tearing) {
        failAt = Long.MAX_VALUE;
        if (!unsyncedNames.isEmpty() && tearing != Tearing.LOSE_ALL) {
            int kept = tearing == Tearing.KEEP_ALL ? unsyncedNames.size() : random.nextInt(unsyncedNames.size() + 1);
            durableNames = kept == 0 ? durableNames : unsyncedNames.get(kept - 1);
        }
        names = new TreeMap<>(durableNames);
        unsyncedNames.clear();
        for (Content content : names.values()) {
            content.crash(random, tearing);
        }
    }

    /** Changes so far: writes, cuts, syncs, and changes and syncs of names. */
    public long operations() {
        return operations;
    }

    /** Lets {@code count} more changes pass; of the next one, if it is a write, {@code bytes} are written; then everything fails. */
    public void failAfter(long count, int bytes) {
        failAt = operations + count;
        failBytes = bytes;
    }

    /** From now on a file that is made larger than that fails, when so much of it is there. */
    void limitNewFiles(long bytes) {
        largestNewFile = bytes;
    }

    /** Size of the write that {@link #failAfter} made fail; 0 if it was another change. */
    public int failedWriteBytes() {
        return failedWriteBytes;
    }

    private boolean failsNow() throws IOException {
        if (operations > failAt) {
            throw new Fault();
        }
        return operations++ == failAt;
    }

    private void change() throws IOException {
        if (failsNow()) {
            throw new Fault();
        }
    }

    private void changedNames() {
        unsyncedNames.add(new TreeMap<>(names));
    }

    @Override
    public List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public LogFile open(String file) throws IOException {
        Content content = names.get(file);
        if (content == null) {
            throw new NoSuchFileException(file);
        }
        return new File(content);
    }

    @Override
    public LogFile create(String file, long size) throws IOException {
        change();
        Content content = new Content();
        if (size > 0) {
            Change zeros = new Change(0, new byte[(int) Math.min(size, largestNewFile)], false);
            content.apply(zeros);
            content.unsynced.add(zeros);
        }
        names.put(file, content);
        changedNames();
        if (size > largestNewFile) {
            throw new Fault();
        }
        return new File(content);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        change();
        Content content = names.remove(from);
        if (content == null) {
            throw new NoSuchFileException(from);
        }
        names.put(to, content);
        changedNames();
    }

    @Override
    public void delete(String file) throws IOException {
        change();
        names.remove(file);
        changedNames();
    }

    @Override
    public void syncNames() throws IOException {
        change();
        durableNames = new TreeMap<>(names);
        unsyncedNames.clear();
    }

    @Override
    public String describe() {
        return name;
    }

    @Override
    public void close() {
        // Nothing to give back.
    }

    /** Changes one byte of a file, on disk and in memory. */
    public void flip(String file, int offset) throws IOException {
        Content content = names.get(file);
        if (content == null) {
            throw new NoSuchFileException(file);
        }
        content.bytes[offset] ^= 1;
        content.sync();
    }

    /** All bytes of a file. */
    public byte[] bytes(String file) throws IOException {
        Content content = names.get(file);
        if (content == null) {
            throw new NoSuchFileException(file);
        }
        return Arrays.copyOf(content.bytes, content.size);
    }

    private final class File implements LogFile {
        private final Content content;

        File(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.size;
        }

        @Override
        public int read(ByteBuffer target, long offset) {
            int count = (int) Math.min(target.remaining(), content.size - offset);
            if (count <= 0) {
                return target.hasRemaining() ? -1 : 0;
            }
            target.put(content.bytes, (int) offset, count);
            return count;
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            boolean fails = failsNow();
            if (fails) {
                failedWriteBytes = source.remaining();
            }
            byte[] bytes = new byte[fails ? Math.min(failBytes, source.remaining()) : source.remaining()];
            source.get(bytes);
            Change change = new Change(offset, bytes, false);
            content.apply(change);
            content.unsynced.add(change);
            if (fails) {
                throw new Fault();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            change();
            Change cut = new Change(size, new byte[0], true);
            content.apply(cut);
            content.unsynced.add(cut);
        }

        @Override
        public void sync() throws IOException {
            change();
            content.sync();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
