package io.featherwire.runtime.http;

/** The health of an app. */
public interface Health {

    /** False if only a restart can help. */
    boolean live();

    /** True while it processes records. */
    boolean ready();

    /** Its state as one word. */
    String state();
}
