package io.featherwire.runtime.http;

/** The health of an app. */
public interface Health {

    /** Whether the app runs; false if only a restart can help. */
    boolean isLive();

    /** Whether the app processes records. */
    boolean isReady();

    /** The state of the app, as one word. */
    String state();
}
