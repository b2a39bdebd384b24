package io.shareddb.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells whether the machine was started anew since. Stateless. */
final class MachineBoot {
    private static final Logger log = LoggerFactory.getLogger(MachineBoot.class);

    /** Random, made by the kernel at each start; see {@code random(4)}. Containers see that of their host, which is what counts. */
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private MachineBoot() {}

    /** Another name after each start of the machine; empty where the system gives none. */
    static String id() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            log.info("the system does not name its boots, so a leader's engine syncs each commit: {}", e.toString());
            return "";
        }
    }
}
