/** HTTP for people and their tools. Start at {@link io.shareddb.api.management.ManagementServer}. */
@NullMarked
package io.shareddb.api.management;

import org.jspecify.annotations.NullMarked;
