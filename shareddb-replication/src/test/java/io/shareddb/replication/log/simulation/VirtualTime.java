package io.shareddb.replication.log.simulation;

import java.util.PriorityQueue;

/** Events in the order of their virtual time, and of their making within an instant. */
public final class VirtualTime {
    private record Event(long nanos, long sequence, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nanos = 1_000_000_000L;
    private long sequence;

    public long nanos() {
        return nanos;
    }

    public void after(long delayNanos, Runnable action) {
        events.add(new Event(nanos + delayNanos, sequence++, action));
    }

    /** Runs the next event; false if it is later than {@code untilNanos}, and then it is that time. */
    public boolean step(long untilNanos) {
        Event next = events.peek();
        if (next == null || next.nanos() > untilNanos) {
            nanos = untilNanos;
            return false;
        }
        events.remove();
        nanos = next.nanos();
        next.action().run();
        return true;
    }
}
