/** Failure tests: runs both streams under load, kills, stops and rebalances them, and counts the results. */
@NullMarked
package io.featherwire.lab.chaos;

import org.jspecify.annotations.NullMarked;
