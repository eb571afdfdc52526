package io.featherwire.cli.export;

import io.featherwire.cli.export.FeatureRow.Prediction;
import io.featherwire.codec.onnx.NativeLibraryCleanup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores classifications and labels by frame on disk, so that memory use does not grow with their number. Not
 * thread-safe.
 */
final class ClassificationStore implements AutoCloseable {

    private final Path file;
    private final Connection connection;
    private final PreparedStatement putPrediction;
    private final PreparedStatement putLabel;
    private final PreparedStatement findPrediction;
    private final PreparedStatement findLabel;

    private ClassificationStore(Path file, Connection connection) throws SQLException {
        this.file = file;
        this.connection = connection;
        try (Statement make = connection.createStatement()) {
            make.execute("PRAGMA journal_mode = OFF");
            make.execute("PRAGMA synchronous = OFF");
            make.execute("CREATE TABLE prediction (sensor TEXT, frame TEXT, head TEXT, label TEXT, probability REAL,"
                    + " PRIMARY KEY (sensor, frame, head)) WITHOUT ROWID");
            make.execute("CREATE TABLE label (sensor TEXT, frame TEXT, head TEXT, label TEXT,"
                    + " PRIMARY KEY (sensor, frame, head)) WITHOUT ROWID");
        }
        connection.setAutoCommit(false);
        putPrediction = connection.prepareStatement("INSERT OR REPLACE INTO prediction VALUES (?, ?, ?, ?, ?)");
        putLabel = connection.prepareStatement("INSERT OR REPLACE INTO label VALUES (?, ?, ?, ?)");
        findPrediction = connection.prepareStatement(
                "SELECT label, probability FROM prediction WHERE sensor = ? AND frame = ? AND head = ?");
        findLabel = connection.prepareStatement("SELECT label FROM label WHERE sensor = ? AND frame = ? AND head = ?");
    }

    /** Creates an empty store in a file, which is deleted when the store is closed. */
    static ClassificationStore create(Path file) throws IOException, SQLException {
        Files.deleteIfExists(file);
        ClassificationStore store = new ClassificationStore(file, DriverManager.getConnection("jdbc:sqlite:" + file));
        NativeLibraryCleanup.deleteLoaded(Set.of("sqlite-"));
        return store;
    }

    /**
     * Stores the prediction of a head for a frame, in place of an earlier one. The name of the bundle's own head is "".
     */
    void putPrediction(String sensor, String frame, String head, Prediction prediction) throws SQLException {
        putPrediction.setString(1, sensor);
        putPrediction.setString(2, frame);
        putPrediction.setString(3, head);
        putPrediction.setString(4, prediction.label());
        putPrediction.setFloat(5, prediction.probability());
        putPrediction.executeUpdate();
    }

    /**
     * Stores the label of a frame for a head, in place of an earlier one. Labels for the bundle's own head have the
     * head "".
     */
    void putLabel(String sensor, String frame, String head, String label) throws SQLException {
        putLabel.setString(1, sensor);
        putLabel.setString(2, frame);
        putLabel.setString(3, head);
        putLabel.setString(4, label);
        putLabel.executeUpdate();
    }

    @Nullable
    Prediction prediction(String sensor, String frame, String head) throws SQLException {
        findPrediction.setString(1, sensor);
        findPrediction.setString(2, frame);
        findPrediction.setString(3, head);
        try (ResultSet found = findPrediction.executeQuery()) {
            return found.next() ? new Prediction(found.getString(1), found.getFloat(2)) : null;
        }
    }

    @Nullable
    String label(String sensor, String frame, String head) throws SQLException {
        findLabel.setString(1, sensor);
        findLabel.setString(2, frame);
        findLabel.setString(3, head);
        try (ResultSet found = findLabel.executeQuery()) {
            return found.next() ? found.getString(1) : null;
        }
    }

    @Override
    public void close() throws SQLException, IOException {
        connection.close();
        Files.deleteIfExists(file);
    }
}
