package io.shareddb.server.layout;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** A live process uses the directory. */
public final class DirectoryInUseException extends IOException {
    private static final long serialVersionUID = 1;

    DirectoryInUseException(Path file, OptionalLong pid) {
        super(file.toAbsolutePath().getParent() + " is in use by process "
                + (pid.isPresent() ? String.valueOf(pid.getAsLong()) : "(unknown)")
                + " (expected: a directory that no running node uses; lock: " + file + ")");
    }
}
