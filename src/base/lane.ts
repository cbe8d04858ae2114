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

/** How many pieces of work there may be: quick ones, and with those that have taken longer than `slowMs`. */
export interface GivingWay {
  readonly quick: number;
  readonly all: number;
  readonly slowMs: number;
}

/**
 * Works through items in their order, few at a time; one that takes long makes room for the next, up to a bound: what waits for a
 * server that does not answer delays no other. @throws the first that the work throws; what has begun goes on
 */
export function eachGivingWay<Item>(
  items: readonly Item[],
  { quick, all, slowMs }: GivingWay,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let fresh = 0;
    let running = 0;
    let failed = false;
    const begin = () => {
      const index = next++;
      let young = true;
      const age = () => {
        if (young) fresh -= 1;
        young = false;
      };
      const timer = setTimeout(() => {
        age();
        advance();
      }, slowMs);
      fresh += 1;
      running += 1;
      work(items[index]!, index).then(
        () => {
          clearTimeout(timer);
          age();
          running -= 1;
          advance();
        },
        (cause) => {
          clearTimeout(timer);
          failed = true;
          reject(cause);
        },
      );
    };
    const advance = () => {
      while (!failed && next < items.length && fresh < quick && running < all) begin();
      if (running === 0 && next >= items.length) resolve();
    };
    advance();
  });
}
