package io.featherwire.producer.outbox;

import io.featherwire.schemas.quality.CoarserMark;
import java.sql.SQLException;
import java.util.List;

/** The quality that frames of an outbox should have, if it lowers the quality as it fills, and the frames of lower quality. */
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
            // The policy was another one when these began.
            file.transaction(log::endAll);
        }
        update();
    }

    private boolean isOn() {
        return settings.full() == OverflowPolicy.COARSER;
    }

    /** Counts frames that are stored; within the same transaction. */
    void store(List<Admission.Kept> frames) throws SQLException {
        if (isOn()) {
            for (Admission.Kept frame : frames) {
                log.add(frame.entry());
            }
        }
    }

    /** These frames were stored. */
    void stored(List<Admission.Kept> frames) {
        if (isOn()) {
            coarser += frames.stream()
                    .filter(frame -> CoarserMark.step(frame.entry().headers()) > 0)
                    .count();
            update();
        }
    }

    /** Frames have left. */
    void sent(boolean emptied) {
        if (isOn()) {
            update();
            if (emptied) {
                file.transaction(log::endAll);
            }
        }
    }

    private void update() {
        if (isOn()) {
            steps.filled(file.run(() -> (double) file.usedBytes() / settings.databaseBytes()));
        }
    }

    /** 0 for full quality. */
    int step() {
        return steps.step();
    }

    /** Frames of lower quality that this process stored. */
    long coarser() {
        return coarser;
    }
}
