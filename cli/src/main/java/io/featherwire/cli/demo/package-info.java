/** The demonstration: broker, producer, compressor and classifier in one JVM, and a table of the results. */
@NullMarked
package io.featherwire.cli.demo;

import org.jspecify.annotations.NullMarked;
