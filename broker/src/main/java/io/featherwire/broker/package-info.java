/** A real Kafka broker inside this process. */
@NullMarked
package io.featherwire.broker;

import org.jspecify.annotations.NullMarked;
