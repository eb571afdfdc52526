/** Publishes data sets, directories and files as they appear as the topics images and labels. */
@NullMarked
package io.featherwire.producer;

import org.jspecify.annotations.NullMarked;
