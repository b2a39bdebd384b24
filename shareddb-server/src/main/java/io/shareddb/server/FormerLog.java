package io.shareddb.server;

import io.shareddb.cluster.member.LocalNode;
import io.shareddb.replication.folder.Folders;
import io.shareddb.server.layout.NodeLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log and the indexes that a node has given up: laid aside before it begins others, deleted when it votes again. One thread. */
record FormerLog(NodeLayout layout) {
    private static final Logger logger = LoggerFactory.getLogger(FormerLog.class);

    /**
     * Makes room for the log of a node that comes back under another id. Can be repeated: what lies there then is only what an attempt to come
     * back had begun.
     */
    void layAside(LocalNode.Former former) throws IOException {
        Path place = layout.former().resolve(former.id().value());
        if (!Files.exists(place)) {
            delete();
            Files.createDirectories(place);
        }
        for (Path directory : new Path[] {layout.log(), layout.archive()}) {
            Path target = place.resolve(directory.getFileName());
            if (!Files.exists(directory)) {
                continue;
            }
            if (Files.exists(target)) {
                Folders.wipe(directory);
            } else {
                Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
                logger.info("{} of {} is laid aside in {}", directory.getFileName(), former.id(), place);
            }
        }
    }

    /** Its successor is whole. */
    void delete() throws IOException {
        if (Files.exists(layout.former())) {
            try (Stream<Path> kept = Files.list(layout.former())) {
                logger.info("the former logs {} are deleted", kept.toList());
            }
            Folders.delete(layout.former());
        }
    }
}
