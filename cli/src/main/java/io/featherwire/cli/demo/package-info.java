/** The demonstration: broker, producer, compressor and classifier in one JVM, and a table of what came out. */
@NullMarked
package io.featherwire.cli.demo;

import org.jspecify.annotations.NullMarked;
