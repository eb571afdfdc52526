/** The topics as the pipeline needs them: their partitions, sizes, retention and schemas, and how they come to be. */
@NullMarked
package io.featherwire.runtime.topics;

import org.jspecify.annotations.NullMarked;
