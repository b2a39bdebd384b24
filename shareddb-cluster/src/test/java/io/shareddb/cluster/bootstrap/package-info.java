@NullMarked
package io.shareddb.cluster.bootstrap;

import org.jspecify.annotations.NullMarked;
