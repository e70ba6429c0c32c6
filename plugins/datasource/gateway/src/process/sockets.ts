import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const prefix = 'jetstream-gateway-';
const socketName = 's';
/** sockaddr_un.sun_path less its closing zero: 108 bytes on Linux, 104 on macOS */
const longestPath = process.platform === 'darwin' ? 103 : 107;

const fits = (dir: string): boolean => Buffer.byteLength(path.join(dir, `${prefix}XXXXXX`, socketName)) <= longestPath;

/** The first place whose socket paths are short enough. */
export function socketBase(wanted: string | undefined, temp = os.tmpdir()): string {
  const base = [wanted, temp, '/tmp'].find((dir) => dir !== undefined && fits(dir));
  if (base === undefined) throw new Error(`No folder for the socket has a short enough name: set TMPDIR for Grafana.`);
  return base;
}

export interface Place {
  readonly socket: string;
  /** takes the folder away */
  remove(): void;
}

/** A folder of our own, which nobody else may enter, with the socket's path in it. */
export function makePlace(base: string): Place {
  const dir = mkdtempSync(path.join(base, prefix));
  return { socket: path.join(dir, socketName), remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Whether somebody listens. A pid would not tell: the folder may be shared by containers with pids of their own. */
function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      // Anything but "nobody is there" leaves the folder alone.
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}

/** A gateway that starts right now has a folder and no listener yet. */
const youngestMs = 60_000;

function isOld(dir: string, now: number): boolean {
  const stat = statSync(dir, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.getuid?.() && now - stat.mtimeMs > youngestMs;
}

/**
 * Takes away what killed gateways left behind: folders of our name and owner in which nobody listens.
 * @returns how many went
 */
export async function sweep(base: string, own: string, now = Date.now()): Promise<number> {
  const candidates = readdirSync(base)
    .filter((name) => name.startsWith(prefix))
    .map((name) => path.join(base, name))
    .filter((dir) => !own.startsWith(dir + path.sep) && isOld(dir, now));
  const dead = await Promise.all(
    candidates.map(async (dir) => ((await answers(path.join(dir, socketName))) ? null : dir)),
  );
  const gone = dead.filter((dir) => dir !== null);
  for (const dir of gone) rmSync(dir, { recursive: true, force: true });
  return gone.length;
}
