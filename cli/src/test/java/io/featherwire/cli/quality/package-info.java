/** The numbers of quality, over the whole pipeline: labels as they come in life, a changed world, bundles in operation. */
@NullMarked
package io.featherwire.cli.quality;

import org.jspecify.annotations.NullMarked;
