/** The topics of the pipeline: their names, partitions, sizes, retention and schemas, and their creation. */
@NullMarked
package io.featherwire.runtime.topics;

import org.jspecify.annotations.NullMarked;
