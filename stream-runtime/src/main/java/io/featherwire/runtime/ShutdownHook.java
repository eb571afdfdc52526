package io.featherwire.runtime;

/** An action of an app before it stops, after its last record was forwarded. */
public interface ShutdownHook {

    /** Nothing. */
    ShutdownHook NONE = new ShutdownHook() {
        @Override
        public void begin() {}

        @Override
        public boolean complete() {
            return true;
        }
    };

    /** The app is stopping: starts the action. */
    void begin();

    /** Whether the action is complete; polled every few milliseconds until the stop timeout. */
    boolean complete();
}
