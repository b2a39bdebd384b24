package io.shareddb.cluster.simulation;

import io.shareddb.cluster.role.RoleThread;
import io.shareddb.replication.log.simulation.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A role's thread in virtual time: one task at a time, each of which may block; it may be late, and stall for a while. */
final class SimulatedRoleThread implements RoleThread {
    private static final int STALLS = 2_000;

    private final Life life;
    private final VirtualTime time;
    private final Random random;
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;
    private boolean closed;

    SimulatedRoleThread(Life life, VirtualTime time, Random random) {
        this.life = life;
        this.time = time;
        this.random = random;
    }

    private Duration soon() {
        return random.nextInt(STALLS) == 0
                ? Duration.ofMillis(random.nextInt(1_500))
                : Duration.ofNanos(random.nextInt(100_000));
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            return;
        }
        tasks.add(task);
        if (!running) {
            running = true;
            life.after(soon(), this::next);
        }
    }

    private void next() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        if (tasks.isEmpty()) {
            running = false;
        } else {
            life.after(soon(), this::next);
        }
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        life.after(delay, () -> execute(task));
    }

    @Override
    public <T> void work(Callable<T> job, BiConsumer<@Nullable T, @Nullable Throwable> done) {
        life.after(soon(), () -> {
            T result;
            try {
                result = job.call();
            } catch (Exception e) {
                execute(() -> done.accept(null, e));
                return;
            }
            execute(() -> done.accept(result, null));
        });
    }

    @Override
    public long nanoTime() {
        return time.nanos();
    }

    @Override
    public long currentTimeMillis() {
        return time.nanos() / 1_000_000;
    }

    @Override
    public void close() {
        closed = true;
        tasks.clear();
    }
}
