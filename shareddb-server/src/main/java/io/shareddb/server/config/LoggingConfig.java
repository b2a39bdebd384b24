package io.shareddb.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where messages go. The launcher's business: an embedded node logs to whatever SLF4J is bound to.
 *
 * @param file empty: standard output
 * @param level {@code ERROR}, {@code WARN}, {@code INFO} or {@code DEBUG}
 */
public record LoggingConfig(Optional<Path> file, String level) {}
