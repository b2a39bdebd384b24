@NullMarked
package io.shareddb.api.cluster;

import org.jspecify.annotations.NullMarked;
