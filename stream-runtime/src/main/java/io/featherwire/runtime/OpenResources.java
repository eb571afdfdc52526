package io.featherwire.runtime;

import java.util.ArrayDeque;

/** The resources that an app has opened so far; closes them in reverse order when it stops or when its start fails. */
public final class OpenResources implements AutoCloseable {

    private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();

    /** Adds a resource and returns it. */
    public <R extends AutoCloseable> R add(R resource) {
        opened.push(resource);
        return resource;
    }

    /** Closes all resources after a failure; adds further failures to it as suppressed exceptions. */
    public void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Closes all resources, even if one fails, and throws the first failure at the end. */
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
