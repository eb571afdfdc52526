/** The accuracy core: joins classifications and labels by frame, counts each frame once, and survives crashes. No Kafka here. */
@NullMarked
package io.featherwire.classifier.accuracy;

import org.jspecify.annotations.NullMarked;
