@NullMarked
package io.shareddb.cluster.repair;

import org.jspecify.annotations.NullMarked;
