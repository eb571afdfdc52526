package io.featherwire.producer.outbox;

import io.featherwire.schemas.quality.CoarserMark;
import java.sql.SQLException;
import java.util.List;

/**
 * Chooses the quality of new frames by the fill level of an outbox, and logs the frames of lower quality. Does nothing
 * under policies other than {@link OverflowPolicy#COARSER}.
 */
final class OutboxQuality {

    private final OutboxSettings settings;
    private final OutboxFile file;
    private final CoarserLog log;
    private final CoarserSteps steps = new CoarserSteps();
    private long coarser;

    OutboxQuality(OutboxSettings settings, OutboxFile file) {
        this.settings = settings;
        this.file = file;
        this.log = new CoarserLog(file);
        if (!isOn()) {
            // These periods began under another policy.
            file.transaction(log::endAll);
        }
        update();
    }

    private boolean isOn() {
        return settings.full() == OverflowPolicy.COARSER;
    }

    /** Logs frames, within the transaction that stores them. */
    void logFrames(List<Admission.Kept> frames) throws SQLException {
        if (isOn()) {
            for (Admission.Kept frame : frames) {
                log.add(frame.entry());
            }
        }
    }

    /** Called after the transaction that stored these frames. */
    void onStored(List<Admission.Kept> frames) {
        if (isOn()) {
            coarser += frames.stream()
                    .filter(frame -> CoarserMark.step(frame.entry().headers()) > 0)
                    .count();
            update();
        }
    }

    /** Called after frames were sent. */
    void onSent(boolean emptied) {
        if (isOn()) {
            update();
            if (emptied) {
                file.transaction(log::endAll);
            }
        }
    }

    private void update() {
        if (isOn()) {
            steps.update(file.run(() -> (double) file.usedBytes() / settings.databaseBytes()));
        }
    }

    /** The quality step of new frames; 0 for full quality. */
    int step() {
        return steps.step();
    }

    /** Frames of lower quality that this process stored. */
    long coarserFrames() {
        return coarser;
    }
}
