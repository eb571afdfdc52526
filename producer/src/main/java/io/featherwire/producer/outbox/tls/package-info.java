/** TLS for connections on which each TLS record costs money or time. */
@NullMarked
package io.featherwire.producer.outbox.tls;

import org.jspecify.annotations.NullMarked;
