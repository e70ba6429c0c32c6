import type { Redis, Result } from 'ioredis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeFromLimit(key: string, now: number, perMinute: number): Result<number, Context>;
  }
}

/**
 * Sliding window over two fixed minutes: the share of the last minute that still counts, plus this one. One round
 * trip, two keys, no growing sets. Answers 0 when let through, else the seconds to wait.
 */
const script = `
local now = tonumber(ARGV[1]) local limit = tonumber(ARGV[2])
local minute = math.floor(now / 60000) local into = (now % 60000) / 60000
local last = tonumber(redis.call('GET', KEYS[1] .. ':' .. (minute - 1)) or '0')
local key = KEYS[1] .. ':' .. minute
local this = tonumber(redis.call('GET', key) or '0')
if last * (1 - into) + this >= limit then return math.max(1, math.ceil((1 - into) * 60)) end
redis.call('INCR', key) redis.call('PEXPIRE', key, 120000)
return 0`;

export interface Limiter {
  /** @returns 0 when the request may go on, else seconds until another try makes sense */
  take(key: string, perMinute: number): Promise<number>;
}

interface Window {
  minute: number;
  last: number;
  this: number;
}

/** The same arithmetic in this process: for addresses (no round trip before a request is known) and while Redis is away. */
export function localLimiter(now: () => number = Date.now, maxKeys = 50_000): Limiter {
  const windows = new Map<string, Window>();
  return {
    async take(key, perMinute) {
      const at = now();
      const minute = Math.floor(at / 60_000);
      const into = (at % 60_000) / 60_000;
      let window = windows.get(key);
      if (!window || window.minute < minute - 1) window = { minute, last: 0, this: 0 };
      else if (window.minute === minute - 1) window = { minute, last: window.this, this: 0 };
      windows.delete(key);
      windows.set(key, window);
      // The oldest go first: a flood of addresses cannot grow the map.
      if (windows.size > maxKeys)
        for (const oldest of windows.keys()) {
          windows.delete(oldest);
          break;
        }
      if (window.last * (1 - into) + window.this >= perMinute) return Math.max(1, Math.ceil((1 - into) * 60));
      window.this++;
      return 0;
    },
  };
}

/** Shared by all api processes through Redis; falls back to this process while Redis is away. */
export function sharedLimiter(redis: Redis, local: Limiter = localLimiter()): Limiter {
  // Sent once, and named by its hash from then on.
  redis.defineCommand('takeFromLimit', { numberOfKeys: 1, lua: script });
  return {
    take: async (key, perMinute) => {
      if (redis.status !== 'ready') return local.take(key, perMinute);
      try {
        return Number(await redis.takeFromLimit(`ratelimit:${key}`, Date.now(), perMinute));
      } catch {
        // Redis went away under the call; its own error event has been logged.
        return local.take(key, perMinute);
      }
    },
  };
}
