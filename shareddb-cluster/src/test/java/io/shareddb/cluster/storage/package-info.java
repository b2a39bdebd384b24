@NullMarked
package io.shareddb.cluster.storage;

import org.jspecify.annotations.NullMarked;
