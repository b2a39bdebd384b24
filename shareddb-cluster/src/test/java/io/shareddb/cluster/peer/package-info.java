@NullMarked
package io.shareddb.cluster.peer;

import org.jspecify.annotations.NullMarked;
