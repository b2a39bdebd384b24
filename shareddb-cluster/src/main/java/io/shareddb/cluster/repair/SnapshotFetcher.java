package io.shareddb.cluster.repair;

import io.shareddb.cluster.member.Member;
import io.shareddb.replication.snapshot.CopyForm;
import java.io.IOException;
import java.io.InputStream;

/** Gets a copy of another node's engine. Thread-safe. */
@FunctionalInterface
public interface SnapshotFetcher {
    /**
     * Asks {@code donor} for a copy and waits until it begins to send.
     *
     * @return what the donor's snapshot source writes; the caller closes it, also to give up; fails where the copy breaks off
     * @throws IOException saying why there is none
     */
    InputStream open(Member donor, CopyForm form) throws IOException;
}
