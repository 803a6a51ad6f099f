package io.sluice.devkit.process;

import java.util.concurrent.CountDownLatch;

/** A child for {@link ChildProcessTest}: {@code say TEXT EXIT_CODE} or {@code wait}. */
final class SomeChild {
    private SomeChild() {}

    public static void main(String[] args) throws InterruptedException {
        if (args[0].equals("say")) {
            System.out.println(args[1]);
            System.exit(Integer.parseInt(args[2]));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("asked to end")));
        System.out.println("waiting");
        new CountDownLatch(1).await();
    }
}
