import { expect, it } from 'vitest';
import { browserPath } from './browser';

it('takes the browser that is named', async () => {
  await expect(browserPath({ CHROMIUM_PATH: process.execPath })).resolves.toBe(process.execPath);
});
it('says so where the named one is not there', async () => {
  await expect(browserPath({ CHROMIUM_PATH: '/nowhere/chromium' })).rejects.toThrow(
    'CHROMIUM_PATH is /nowhere/chromium, and there is no such file.',
  );
});
