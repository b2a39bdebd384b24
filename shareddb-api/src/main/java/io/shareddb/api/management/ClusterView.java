package io.shareddb.api.management;

import io.shareddb.replication.log.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/cluster}: the cluster as the node sees it that is asked.
 *
 * @param name of the cluster
 * @param id of the cluster; null before it was formed
 * @param epoch the present one; 0 while there is none
 * @param leader id of the node that leads; null when none is known
 * @param nodes in order of name
 */
public record ClusterView(
        String name,
        @Nullable String id,
        long epoch,
        @Nullable NodeId leader,
        List<NodeView> nodes) {}
