/** First manifests: how an image that somebody names can be evaluated for other platforms. */
@NullMarked
package dev.crossplan.planner.draft;

import org.jspecify.annotations.NullMarked;
