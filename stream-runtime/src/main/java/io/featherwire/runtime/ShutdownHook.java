package io.featherwire.runtime;

/** An action of an app before it stops, after its last record was forwarded. */
public interface ShutdownHook {

    /** Nothing. */
    ShutdownHook NONE = new ShutdownHook() {
        @Override
        public void begin() {}

        @Override
        public boolean said() {
            return true;
        }
    };

    /** The stop has come: say what there is to say. */
    void begin();

    /** Whether all is said; asked every few milliseconds, for as long as the stop timeout allows. */
    boolean said();
}
