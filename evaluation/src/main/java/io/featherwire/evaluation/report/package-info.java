/** Reports of evaluations: console text, Markdown, JSON and charts. */
@NullMarked
package io.featherwire.evaluation.report;

import org.jspecify.annotations.NullMarked;
