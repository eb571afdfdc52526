/** The class-data-sharing archive: the classes that both streams load, in a file that the JVM maps at start. */
@NullMarked
package io.featherwire.cli.cds;

import org.jspecify.annotations.NullMarked;
