import { existsSync } from 'node:fs';
import path from 'node:path';
import { Advice } from '../engines';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** `CHROMIUM_PATH`, an installed Chromium or Chrome, or the one in the package @sparticuz/chromium. @throws Advice */
export async function browserPath(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const given = env['CHROMIUM_PATH'];
  if (given) {
    if (!existsSync(given)) throw new Advice(`CHROMIUM_PATH is ${given}, and there is no such file.`);
    return given;
  }
  const onPath = (env['PATH'] ?? '').split(path.delimiter).flatMap((dir) => names.map((name) => path.join(dir, name)));
  const installed = [...onPath, ...places].find((file) => existsSync(file));
  if (installed) return installed;
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    return await packaged.executablePath();
  } catch (error) {
    throw new Advice(
      `The browser tests need a browser, and none is here: install Chromium or Chrome, or set CHROMIUM_PATH. (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}
