/** Tests of the accuracy core against a naive reference, crashes included. */
@NullMarked
package io.featherwire.classifier.accuracy;

import org.jspecify.annotations.NullMarked;
