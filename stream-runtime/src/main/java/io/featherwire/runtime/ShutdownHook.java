package io.featherwire.runtime;

/** An action that an app runs when it stops, after it has forwarded its last record. */
public interface ShutdownHook {

    /** A hook that does nothing. */
    ShutdownHook NONE = new ShutdownHook() {
        @Override
        public void begin() {}

        @Override
        public boolean isComplete() {
            return true;
        }
    };

    /** Starts the action. */
    void begin();

    /** Whether the action is complete; the app calls this method every few milliseconds until the stop timeout. */
    boolean isComplete();
}
