@NullMarked
package io.shareddb.cluster.discovery;

import org.jspecify.annotations.NullMarked;
