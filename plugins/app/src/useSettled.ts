import { useEffect, useState } from 'react';

const settleMs = 300;

/** A value once typing has paused: what it comes to is asked for then, and not for every letter. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
