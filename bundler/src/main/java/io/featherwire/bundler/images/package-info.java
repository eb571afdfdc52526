/** Unlabelled images: found, run through a backbone, their features kept. */
@NullMarked
package io.featherwire.bundler.images;

import org.jspecify.annotations.NullMarked;
