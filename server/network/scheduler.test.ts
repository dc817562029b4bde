import { describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '../protocol/seeded-random.ts';
import { Scheduler } from './scheduler.ts';

function createScheduler(): Scheduler {
  const scheduler = new Scheduler();
  onTestFinished(() => scheduler.stop());
  return scheduler;
}

describe('Scheduler', () => {
  it('runs every task, in the order in which they are due, and none early', async () => {
    const scheduler = createScheduler();
    const random = seededRandom(11);
    const ran: { due: number; at: number }[] = [];
    const start = performance.now();
    await new Promise<void>((resolve) => {
      for (let i = 0; i < 500; i += 1) {
        const due = start + random() * 60;
        scheduler.at(due, () => {
          ran.push({ due, at: performance.now() });
          if (ran.length === 500) resolve();
        });
      }
    });
    expect(ran.filter(({ due, at }) => at < due)).toEqual([]);
    const dues = ran.map(({ due }) => due);
    expect(dues).toEqual(dues.toSorted((a, b) => a - b));
    expect(scheduler.lateness().count).toBe(500);
  });

  it('does not run a task within the call that gives it, even if it is overdue', async () => {
    const scheduler = createScheduler();
    let ran = false;
    const done = new Promise<void>((resolve) => {
      scheduler.at(performance.now() - 1, () => {
        ran = true;
        resolve();
      });
    });
    expect(ran).toBe(false);
    await done;
  });

  it('runs what is given while another wait is under way, and is due before it', async () => {
    const scheduler = createScheduler();
    const order: string[] = [];
    const now = performance.now();
    await new Promise<void>((resolve) => {
      scheduler.at(now + 3_600_000, () => order.push('later'));
      scheduler.at(now + 5, () => {
        order.push('sooner');
        scheduler.at(performance.now(), () => {
          order.push('meanwhile');
          resolve();
        });
      });
    });
    expect(order).toEqual(['sooner', 'meanwhile']);
  });

  it('does not run a cancelled task', async () => {
    const scheduler = createScheduler();
    const now = performance.now();
    let ran = false;
    const cancelled = scheduler.at(now + 2, () => {
      ran = true;
    });
    scheduler.cancel(cancelled);
    await new Promise<void>((resolve) => {
      scheduler.at(now + 4, resolve);
    });
    expect(ran).toBe(false);
  });

  it('does not run a task that another one cancels when both are due', async () => {
    const scheduler = createScheduler();
    const due = performance.now() - 1;
    let ran = false;
    await new Promise<void>((resolve) => {
      scheduler.at(due - 1, () => {
        scheduler.cancel(cancelled);
        scheduler.at(due, resolve);
      });
      const cancelled = scheduler.at(due, () => {
        ran = true;
      });
    });
    expect(ran).toBe(false);
  });

  it('tells how late tasks ran, and begins anew when asked to', async () => {
    const scheduler = createScheduler();
    expect(scheduler.lateness()).toEqual({ count: 0, p50: 0, p99: 0, max: 0 });
    await new Promise<void>((resolve) => {
      scheduler.at(performance.now() + 1, resolve);
    });
    const { count, p50, max } = scheduler.lateness();
    expect(count).toBe(1);
    expect(p50).toBeGreaterThan(0);
    expect(max).toBeGreaterThanOrEqual(p50);
    scheduler.clearLateness();
    expect(scheduler.lateness().count).toBe(0);
  });
});
