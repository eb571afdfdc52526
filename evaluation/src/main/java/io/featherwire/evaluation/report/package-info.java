/** Evaluations for people and programs: console, Markdown, JSON, charts. */
@NullMarked
package io.featherwire.evaluation.report;

import org.jspecify.annotations.NullMarked;
