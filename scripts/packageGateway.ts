import { chmod, copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './engines/paths';
import { makeExecutable } from './gateway/executable';
import { noticesOf } from './gateway/notices';
import { runtimeOf, type ExecutablePlatform } from './gateway/runtimes';

export { executablePlatforms, type ExecutablePlatform } from './gateway/runtimes';

export const gatewayDir = path.join(root, 'plugins/datasource/gateway');
/** beside the datasource's module.js, where Grafana looks for it */
export const gatewayHome = path.join(root, 'plugins/datasource/dist');

/** Grafana runs `<executable>_<os>_<arch>`, and its installer makes files of just these endings executable. */
const executable = 'gpx_jetstream';
const scriptPlatforms = ['linux_amd64', 'linux_arm64', 'linux_arm', 'darwin_amd64', 'darwin_arm64'] as const;

const script = 'gateway.cjs';
const notices = 'gateway.licenses.txt';
export const launcherOf = (platform: string): string => `${executable}_${platform}`;

/** This machine's platform as Grafana names it. */
export function ownPlatform(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return `${os}_${arch}`;
}

export interface Part {
  readonly file: string;
  readonly bytes: number;
}

const partOf = async (dir: string, name: string): Promise<Part> => {
  const file = path.join(dir, name);
  return { file, bytes: (await stat(file)).size };
};

/**
 * The gateway as one script with a launcher for each platform that has a shell: for machines with Node.
 * @returns what was written
 */
export async function buildGateway(into = gatewayHome): Promise<Part[]> {
  const { build } = await import('esbuild');
  await mkdir(into, { recursive: true });
  const { metafile } = await build({
    entryPoints: [path.join(gatewayDir, 'src/main.ts')],
    outfile: path.join(into, script),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Names stay: a stack trace from somebody's log should say where it was.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: root,
  });
  await writeFile(path.join(into, notices), await noticesOf(Object.keys(metafile.inputs)));
  for (const platform of scriptPlatforms) {
    const launcher = path.join(into, launcherOf(platform));
    await copyFile(path.join(gatewayDir, 'launcher.sh'), launcher);
    await chmod(launcher, 0o755);
  }
  const names = [script, notices, ...scriptPlatforms.map(launcherOf)];
  return Promise.all(names.map((name) => partOf(into, name)));
}

/** Which executables have been started and driven by tests; the others are made and not run. */
export const triedExecutables: readonly ExecutablePlatform[] = ['linux_amd64'];

/**
 * Node and the built gateway in one file. Beside the script the launcher takes it where it runs (glibc with libstdc++),
 * so that no Node need be installed.
 * @returns what was written
 */
export async function buildExecutable(
  platform: ExecutablePlatform,
  into: string,
  log: (line: string) => void = () => undefined,
): Promise<Part[]> {
  const [name, license] = [`gateway_${platform}`, `gateway_${platform}.license.txt`];
  await makeExecutable(platform, path.join(gatewayHome, script), path.join(into, name), log);
  await copyFile((await runtimeOf(platform, log)).license, path.join(into, license));
  return Promise.all([partOf(into, name), partOf(into, license)]);
}
