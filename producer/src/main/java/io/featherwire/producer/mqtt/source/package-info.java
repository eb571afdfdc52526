/** The source that takes what devices send over an MQTT broker to Kafka. */
@NullMarked
package io.featherwire.producer.mqtt.source;

import org.jspecify.annotations.NullMarked;
