import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Advice } from '../engines';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** One start a data folder. A lock whose holder is gone is taken over. @returns what gives it back */
export async function takeLock(dir: string): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true, mode: 0o711 });
  const file = path.join(dir, 'lock');
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const holder = Number(await readFile(file, 'utf8'));
    if (holder > 0 && alive(holder))
      throw new Advice(
        `It runs already (process ${holder}); ${path.join(dir, 'ready.json')} says where. End that one first, or set RUN_DIR to another folder.`,
      );
    // Of two that find the same left-over lock, the one that makes it anew has it.
    await rm(file, { force: true });
    return takeLock(dir);
  }
  return () => rm(file, { force: true });
}
