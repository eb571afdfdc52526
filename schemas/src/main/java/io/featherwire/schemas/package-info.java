/** The topics' records, generated from the Avro schemas. */
@NullMarked
package io.featherwire.schemas;

import org.jspecify.annotations.NullMarked;
