/** Records of the topic of features as floats, for consumers that need nothing else of Featherwire. */
@NullMarked
package io.featherwire.features;

import org.jspecify.annotations.NullMarked;
