/** A lane: a limited number of jobs at a time, the others wait in the order in which they came. */

export interface Lane {
  /** Starts the job as soon as there is room: at once, or when those before it are done. Jobs never reject. */
  enter(job: () => Promise<void>): Place;
}

export interface Place {
  /** Gives the place up, if the job has not started. True when it had not. */
  leave(): boolean;
}

/** A first-in-first-out lane that runs at most `width` jobs at once; a width of 1 is a lock. */
export function createLane(width: number): Lane {
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;
  const advance = () => {
    while (running < width) {
      const job = waiting.shift();
      if (!job) return;
      running += 1;
      void job().finally(() => {
        running -= 1;
        advance();
      });
    }
  };
  return {
    enter(job) {
      waiting.push(job);
      advance();
      return {
        leave() {
          const at = waiting.indexOf(job);
          if (at < 0) return false;
          waiting.splice(at, 1);
          return true;
        },
      };
    },
  };
}

/** Does a task once the lane has room for it, and gives what it gives. @throws what the task throws */
export function inLane<Result>(lane: Lane, task: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    lane.enter(() => task().then(resolve, reject));
  });
}

/** Works through items in their order, at most `width` at a time. @throws the first that the work throws; what has begun goes on */
export async function eachAtOnce<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      await work(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
