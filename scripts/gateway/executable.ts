import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { engineHome, root } from '../engines/paths';
import { runtimeOf, type ExecutablePlatform } from './runtimes';

const run = promisify(execFile);
/** where Node looks for an application in its own file */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const postject = path.join(root, 'node_modules/postject/dist/cli.js');

/** The platform whose Node can be run here, to prepare the application for all of them. */
const ownRuntime = (): ExecutablePlatform => (process.arch === 'arm64' ? 'linux_arm64' : 'linux_amd64');

/**
 * Node and the gateway's script in one file (Node's single executable application). Needs glibc and libstdc++ where it
 * runs, and Linux to be made.
 * @param script the bundled gateway
 * @param into the file to write
 */
export async function makeExecutable(
  platform: ExecutablePlatform,
  script: string,
  into: string,
  log: (line: string) => void,
): Promise<void> {
  const [target, own] = [await runtimeOf(platform, log), await runtimeOf(ownRuntime(), log)];
  const temp = await mkdtemp(path.join(engineHome, 'executable-'));
  try {
    const [config, blob] = [path.join(temp, 'sea.json'), path.join(temp, 'app.blob')];
    await writeFile(
      config,
      JSON.stringify({
        main: script,
        output: blob,
        disableExperimentalSEAWarning: true,
        useSnapshot: false,
        // Compiled code fits the very Node that made it, and no other platform's.
        useCodeCache: target.node === own.node,
      }),
    );
    await run(own.node, ['--experimental-sea-config', config], { env: {} });
    // In the place where it stays, under a name that nobody starts until it is whole.
    const file = `${into}.new`;
    await copyFile(target.node, file);
    await run(process.execPath, [postject, file, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', fuse]);
    await chmod(file, 0o755);
    await rename(file, into);
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}
