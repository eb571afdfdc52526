/**
 * Publishes the images of data sets, directories and cameras to Kafka, whole or (in edge mode) as payloads, with their
 * labels.
 */
@NullMarked
package io.featherwire.producer;

import org.jspecify.annotations.NullMarked;
