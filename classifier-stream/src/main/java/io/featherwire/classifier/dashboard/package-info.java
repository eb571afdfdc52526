/** The live page: watches the topics as any consumer does, so it can neither slow nor harm the stream, and shows the whole group. */
@NullMarked
package io.featherwire.classifier.dashboard;

import org.jspecify.annotations.NullMarked;
