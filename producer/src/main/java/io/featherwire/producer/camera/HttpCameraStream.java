package io.featherwire.producer.camera;

import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** MJPEG over HTTP, with Basic or Digest authentication. Used by one thread. */
final class HttpCameraStream implements CameraStream {

    static {
        // Cameras use the digest MD5, which newer Java releases refuse unless this property allows it.
        if (System.getProperty("http.auth.digest.reEnabledAlgorithms") == null) {
            System.setProperty("http.auth.digest.reEnabledAlgorithms", "MD5");
        }
    }

    private final URI address;
    private final int silenceMillis;
    private final @Nullable Credentials credentials;

    HttpCameraStream(URI address, Duration silence) {
        this.address = URI.create(address.getScheme() + "://" + host(address) + path(address));
        this.silenceMillis = (int) silence.toMillis();
        this.credentials =
                address.getRawUserInfo() == null ? null : Credentials.of(address.getHost(), address.getRawUserInfo());
    }

    private static String host(URI address) {
        return address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
    }

    /** Path and query as they were given: decoding could change them. */
    private static String path(URI address) {
        return address.getRawPath() + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
    }

    @Override
    public InputStream open() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout(silenceMillis);
        connection.setReadTimeout(silenceMillis);
        connection.setRequestProperty("Accept", "multipart/x-mixed-replace, image/jpeg");
        connection.setRequestProperty("Accept-Encoding", "identity");
        if (credentials != null) {
            credentials.begin();
            connection.setAuthenticator(credentials);
        }
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            connection.disconnect();
            throw new IOException("the camera answers with status " + status);
        }
        return decode(connection);
    }

    private static InputStream decode(HttpURLConnection connection) throws IOException {
        String coding = connection.getContentEncoding() == null ? "identity" : connection.getContentEncoding();
        return switch (coding.strip().toLowerCase(Locale.ROOT)) {
            case "identity", "" -> connection.getInputStream();
            case "gzip", "x-gzip" -> unzip(connection);
            case "deflate" -> new InflaterInputStream(connection.getInputStream());
            default -> {
                connection.disconnect();
                throw new IOException(
                        "the camera sends content in the encoding " + coding + ", which is not supported");
            }
        };
    }

    private static InputStream unzip(HttpURLConnection connection) throws IOException {
        InputStream content = connection.getInputStream();
        try {
            return new GZIPInputStream(content);
        } catch (IOException e) {
            // The header of the compressed content was read, and is invalid or did not arrive.
            connection.disconnect();
            throw e;
        }
    }

    @Override
    public boolean isEndFinal() {
        return false;
    }

    /**
     * Offers user and password once for each connection, since cameras lock out a client that repeats a wrong password.
     * Proxies and other hosts, to which a camera may redirect, do not get them.
     */
    private static final class Credentials extends Authenticator {

        private final String host;
        private final PasswordAuthentication login;
        private boolean offered;

        private Credentials(String host, String user, String password) {
            this.host = host;
            this.login = new PasswordAuthentication(user, password.toCharArray());
        }

        static Credentials of(String host, String rawUserInfo) {
            int colon = rawUserInfo.indexOf(':');
            return colon < 0
                    ? new Credentials(host, decoded(rawUserInfo), "")
                    : new Credentials(
                            host, decoded(rawUserInfo.substring(0, colon)), decoded(rawUserInfo.substring(colon + 1)));
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        void begin() {
            offered = false;
        }

        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            if (offered || getRequestorType() != RequestorType.SERVER || !host.equalsIgnoreCase(getRequestingHost())) {
                return null;
            }
            offered = true;
            return login;
        }
    }
}
