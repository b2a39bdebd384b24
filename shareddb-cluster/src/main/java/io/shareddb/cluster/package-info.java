/** Members, discovery, bootstrap and the life cycle of a node. */
@NullMarked
package io.shareddb.cluster;

import org.jspecify.annotations.NullMarked;
