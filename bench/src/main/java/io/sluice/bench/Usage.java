package io.sluice.bench;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/** What a process has used so far, asked from outside. */
final class Usage implements AutoCloseable {
    private static final double TICKS_PER_SECOND = 100;

    private final String role;
    private final long pid;
    private final @Nullable ThreadMXBean threads;
    private final @Nullable JMXConnector connector;

    private Usage(String role, long pid, @Nullable ThreadMXBean threads, @Nullable JMXConnector connector) {
        this.role = role;
        this.pid = pid;
        this.threads = threads;
        this.connector = connector;
    }

    /** Of a JVM, with what it allocates. */
    @SuppressWarnings("BanJNDI") // the address is that of a process of ours on this machine
    static Usage ofJvm(String role, long pid) {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            String address = machine.startLocalManagementAgent();
            machine.detach();
            JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
            MBeanServerConnection server = connector.getMBeanServerConnection();
            ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                    server, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
            return new Usage(role, pid, threads, connector);
        } catch (AttachNotSupportedException e) {
            throw new IllegalStateException("cannot look into process " + pid + ", " + role, e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into process " + pid + ", " + role, e);
        }
    }

    /** Of any process. */
    static Usage of(String role, long pid) {
        return new Usage(role, pid, null, null);
    }

    /** {@code gateway}, {@code processor}, {@code consumer} or {@code broker}. */
    String role() {
        return role;
    }

    boolean isJvm() {
        return threads != null;
    }

    /** Processor time, user and system, in seconds. */
    double cpuSeconds() {
        String stat = read("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Most resident memory so far, in bytes. */
    long peakRssBytes() {
        return memory("VmHWM:");
    }

    /** Resident memory now, in bytes. */
    long rssBytes() {
        return memory("VmRSS:");
    }

    private long memory(String name) {
        return read("status")
                        .lines()
                        .filter(line -> line.startsWith(name))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElse(0)
                << 10;
    }

    /** What its living threads have allocated on the heap, in bytes; -1 if it is no JVM. */
    long allocatedBytes() {
        ThreadMXBean asked = threads;
        if (asked == null) {
            return -1;
        }
        return Arrays.stream(asked.getThreadAllocatedBytes(asked.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    /** Lets go of the process, before it ends. */
    @Override
    public void close() {
        JMXConnector asked = connector;
        if (asked != null) {
            try {
                asked.close();
            } catch (IOException gone) {
                // With its process.
            }
        }
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what process " + pid + ", " + role + ", has used", e);
        }
    }
}
