/** Finds unlabelled images, runs a backbone on them, and caches the features. */
@NullMarked
package io.featherwire.bundler.images;

import org.jspecify.annotations.NullMarked;
