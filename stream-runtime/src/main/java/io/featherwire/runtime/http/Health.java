package io.featherwire.runtime.http;

/** What an app says of itself. */
public interface Health {

    /** False once only a restart can help. */
    boolean live();

    /** True while it processes records. */
    boolean ready();

    /** Its state in a word. */
    String state();
}
