package io.featherwire.cli.console;

import picocli.CommandLine.IVersionProvider;

/** The version that this was built as. */
public final class Version implements IVersionProvider {

    /** The version in the jar's manifest; "development" where it runs from classes. */
    public static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "featherwire " + text(),
            "Java " + Runtime.version(),
            System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
