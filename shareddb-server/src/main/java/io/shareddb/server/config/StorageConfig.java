package io.shareddb.server.config;

import io.shareddb.cluster.storage.StorageLimits;
import java.time.Duration;

/** The rules of the settings that say what a node may take of its disk. Stateless. */
final class StorageConfig {
    private static final long MIN_LOG_BYTES = 128_000_000; // two files
    private static final long MIN_REFUSE_BYTES = 128_000_000; // less, and the log's next file may not fit

    private StorageConfig() {}

    static StorageLimits read(SettingReader reader) {
        long warn = reader.bytes(Setting.DISK_WARN, MIN_REFUSE_BYTES);
        long refuse = reader.bytes(Setting.DISK_REFUSE, MIN_REFUSE_BYTES);
        if (warn < refuse) {
            reader.problem(Setting.DISK_WARN, "at least DISK_REFUSE, which is " + reader.text(Setting.DISK_REFUSE));
        }
        return new StorageLimits(
                reader.bytes(Setting.LOG_RETENTION_SIZE, MIN_LOG_BYTES),
                reader.duration(Setting.LOG_RETENTION_AGE, Duration.ofMinutes(1), Duration.ofDays(3650)),
                warn,
                refuse);
    }
}
