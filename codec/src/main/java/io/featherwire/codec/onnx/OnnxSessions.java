package io.featherwire.codec.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.featherwire.codec.onnx.Device.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the device and builds the session for it. */
final class OnnxSessions {

    private static final Logger LOG = LoggerFactory.getLogger(OnnxSessions.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    /** Loads the native library when the first session is opened, not when this class is loaded. */
    private static final class Loaded {
        static final OrtEnvironment ENVIRONMENT = load();

        private static OrtEnvironment load() {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            NativeLibraryCleanup.deleteLoaded(Set.of("onnxruntime-java"));
            return environment;
        }
    }

    private OnnxSessions() {}

    static OnnxModel open(Path file, Device device, OnnxOptions options) {
        OrtEnvironment environment = Loaded.ENVIRONMENT;
        if (device.kind() == Kind.CPU) {
            return create(environment, file, device, options);
        }
        try {
            if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
                throw new OnnxException("this build of ONNX Runtime has no CUDA; build with the Maven profile 'gpu'");
            }
            return create(environment, file, device.kind() == Kind.CUDA ? device : new Device(Kind.CUDA, 0), options);
        } catch (OnnxException e) {
            if (device.kind() == Kind.CUDA) {
                throw new OnnxException(
                        "device " + device + " is not usable: " + e.getMessage()
                                + "; remedy: check 'nvidia-smi' and that CUDA 12 and cuDNN 9 can be loaded, or use device cpu or auto",
                        e);
            }
            if (WARNED.compareAndSet(false, true)) {
                LOG.warn("device auto uses the CPU: {}", e.getMessage());
            }
            return create(environment, file, Device.CPU, options);
        }
    }

    private static OnnxModel create(OrtEnvironment environment, Path file, Device device, OnnxOptions options) {
        SessionOptions session = new SessionOptions();
        try {
            environment.setTelemetry(false);
            session.setOptimizationLevel(OptLevel.ALL_OPT);
            session.setExecutionMode(ExecutionMode.SEQUENTIAL);
            session.setInterOpNumThreads(1);
            session.setIntraOpNumThreads(options.effectiveThreads());
            session.addConfigEntry("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
            if (CpuFeatures.saturates()) {
                session.addConfigEntry("session.x64quantprecision", "1");
            }
            if (device.kind() == Kind.CUDA) {
                addCuda(session, device, options.cuda());
            }
            return open(environment, file, device, session);
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e instanceof OnnxException already
                    ? already
                    : new OnnxException(file + " cannot be opened on " + device + ": " + e.getMessage(), e);
        }
    }

    private static OnnxModel open(OrtEnvironment environment, Path file, Device device, SessionOptions options)
            throws OrtException {
        OrtSession session = environment.createSession(file.toString(), options);
        try {
            return new OnnxModel(file.getFileName().toString(), device, options, session);
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static void addCuda(SessionOptions session, Device device, Map<String, String> settings)
            throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.index())) {
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                cuda.add(setting.getKey(), setting.getValue());
            }
            session.addCUDA(cuda);
        }
    }
}
