/** HTTP APIs: management on 8008, cluster on 7071. */
@NullMarked
package io.shareddb.api;

import org.jspecify.annotations.NullMarked;
