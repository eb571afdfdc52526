package io.featherwire.runtime;

import java.util.ArrayDeque;

/** What an app has opened so far, to be closed in the reverse order: when it stops, or when its start fails half way. */
public final class OpenResources implements AutoCloseable {

    private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();

    /** Takes one over; the same. */
    public <R extends AutoCloseable> R add(R resource) {
        opened.push(resource);
        return resource;
    }

    /** Closes them all after a failure, which is not hidden by whatever goes wrong meanwhile. */
    public void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Closes them all, also if one of them fails; throws the first failure at the end. */
    @Override
    public void close() {
        RuntimeException first = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                RuntimeException unchecked = e instanceof RuntimeException already ? already : new RuntimeException(e);
                if (first == null) {
                    first = unchecked;
                } else {
                    first.addSuppressed(unchecked);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
