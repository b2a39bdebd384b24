@NullMarked
package io.shareddb.cluster.member;

import org.jspecify.annotations.NullMarked;
