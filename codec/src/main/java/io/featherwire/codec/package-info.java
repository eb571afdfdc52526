/** The encoder side, from image to payload, and the decoder side, from payload to classification, without Kafka. */
@NullMarked
package io.featherwire.codec;

import org.jspecify.annotations.NullMarked;
