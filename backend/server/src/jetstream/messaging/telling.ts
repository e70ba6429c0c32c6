const everyMs = 250;

/**
 * Does something long, and tells how far it is four times a second. A client that reads slower than we tell gets the
 * newest when it is ready, not all of them.
 */
export async function whileTelling<T>(tell: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let waiting = false;
  const ticking = setInterval(() => {
    if (waiting) return;
    waiting = true;
    void tell().finally(() => {
      waiting = false;
    });
  }, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(ticking);
  }
}
