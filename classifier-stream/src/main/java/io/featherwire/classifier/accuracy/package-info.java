/**
 * The accuracy ledger: joins classifications and labels by frame and counts each frame once, also after crashes. It
 * does not depend on Kafka.
 */
@NullMarked
package io.featherwire.classifier.accuracy;

import org.jspecify.annotations.NullMarked;
