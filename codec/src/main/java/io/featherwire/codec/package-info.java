/** Image to payload and payload to classification: the two ends of the wire, with no Kafka in them. */
@NullMarked
package io.featherwire.codec;

import org.jspecify.annotations.NullMarked;
