/** Evaluations for people and programs: console, Markdown, JSON, charts. */
@NullMarked
package io.featherwire.trainer.evaluate.report;

import org.jspecify.annotations.NullMarked;
