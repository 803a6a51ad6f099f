package io.sluice.ingest.delivery;

import java.util.Arrays;

/** A binary heap of {@link Timed} items by deadline; equal deadlines in order of scheduling. Items know their place, so any can be moved or removed. */
final class Deadlines {
    private Timed[] heap = new Timed[64];
    private int size;
    private long order;

    /** Adds an item, or moves it to a new deadline. */
    void schedule(Timed item, long dueNs) {
        item.dueNs = dueNs;
        item.heapOrder = order++;
        if (item.heapIndex < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            place(item, size++);
            up(item.heapIndex);
        } else {
            up(item.heapIndex);
            down(item.heapIndex);
        }
    }

    /** Takes an item out, if it is in. */
    void cancel(Timed item) {
        int i = item.heapIndex;
        if (i < 0) {
            return;
        }
        item.heapIndex = -1;
        Timed last = heap[--size];
        heap[size] = null;
        if (last != item) {
            place(last, i);
            up(i);
            down(last.heapIndex);
        }
    }

    /** Takes out the earliest item that is due; null: none is. */
    Timed pollDue(long nowNs) {
        if (size == 0 || heap[0].dueNs - nowNs > 0) {
            return null;
        }
        Timed item = heap[0];
        cancel(item);
        return item;
    }

    /** Time until the earliest deadline, at most {@code maxNs}. */
    long untilNext(long nowNs, long maxNs) {
        return size == 0 ? maxNs : Math.min(maxNs, Math.max(0, heap[0].dueNs - nowNs));
    }

    int size() {
        return size;
    }

    private static boolean before(Timed a, Timed b) {
        long d = a.dueNs - b.dueNs;
        return d != 0 ? d < 0 : a.heapOrder < b.heapOrder;
    }

    private void up(int i) {
        Timed item = heap[i];
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!before(item, heap[parent])) {
                break;
            }
            place(heap[parent], i);
            i = parent;
        }
        place(item, i);
    }

    private void down(int i) {
        Timed item = heap[i];
        while (2 * i + 1 < size) {
            int child = 2 * i + 1;
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], item)) {
                break;
            }
            place(heap[child], i);
            i = child;
        }
        place(item, i);
    }

    private void place(Timed item, int i) {
        heap[i] = item;
        item.heapIndex = i;
    }
}
