/** Clients of an MQTT 5 broker and their settings. */
@NullMarked
package io.featherwire.producer.mqtt;

import org.jspecify.annotations.NullMarked;
