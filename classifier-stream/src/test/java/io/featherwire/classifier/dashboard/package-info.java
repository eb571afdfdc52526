/** Tests of what the page is told. */
@NullMarked
package io.featherwire.classifier.dashboard;

import org.jspecify.annotations.NullMarked;
