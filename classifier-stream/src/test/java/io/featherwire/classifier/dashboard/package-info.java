/** Tests of the data of the page. */
@NullMarked
package io.featherwire.classifier.dashboard;

import org.jspecify.annotations.NullMarked;
