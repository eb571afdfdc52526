/** The MQTT source: an app that forwards the messages of devices from an MQTT broker to Kafka. */
@NullMarked
package io.featherwire.producer.mqtt.source;

import org.jspecify.annotations.NullMarked;
