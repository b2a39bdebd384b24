/** MariaDB behind the SPI of {@link io.shareddb.replication.engine}. Start at {@link MariaDbFamily}. */
@NullMarked
package io.shareddb.replication.engine.mariadb;

import org.jspecify.annotations.NullMarked;
