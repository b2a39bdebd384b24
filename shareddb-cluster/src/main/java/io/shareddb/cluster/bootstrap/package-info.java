/**
 * How fresh nodes become exactly one cluster. Start at {@link io.shareddb.cluster.bootstrap.Formation}.
 *
 * <pre>
 * Fresh ──all CLUSTER_SIZE fresh nodes in sight, lowest id writes the plan──► Agreed ──every member has agreed──► Formed
 *   └─────────────── accepts the plan of the lowest id, or of a formed cluster that lists it ───────────┘
 * </pre>
 */
@NullMarked
package io.shareddb.cluster.bootstrap;

import org.jspecify.annotations.NullMarked;
