/**
 * The dashboard. It reads the topics with a consumer of its own, so it does not delay the stream, and shows the results
 * of all instances.
 */
@NullMarked
package io.featherwire.classifier.dashboard;

import org.jspecify.annotations.NullMarked;
