/** Does `count` pieces of work, so many at a time; the first that fails is thrown when the ones beside it are done. */
export async function inLanes(lanes: number, count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count && failures.length === 0)
        await work(next++).catch((error: unknown) => {
          failures.push(error);
        });
    }),
  );
  if (failures.length > 0) throw failures[0];
}
