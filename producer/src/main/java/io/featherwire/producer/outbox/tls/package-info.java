/** TLS for lines where each record of it counts. */
@NullMarked
package io.featherwire.producer.outbox.tls;

import org.jspecify.annotations.NullMarked;
