import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { portFrom } from './ports';

afterEach(() => vi.unstubAllEnvs());

it('says which variable to change when a port is taken', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('PAGE_PORT', String(port));
  await expect(portFrom('PAGE_PORT', 3000)).rejects.toThrow(`Port ${port} is taken. Set PAGE_PORT to another one`);
  await new Promise((resolve) => server.close(resolve));
  await expect(portFrom('PAGE_PORT', 3000)).resolves.toBe(port);
});
it('takes any free one for 0', async () => {
  vi.stubEnv('PAGE_PORT', '0');
  await expect(portFrom('PAGE_PORT', 3000)).resolves.toBeGreaterThan(0);
});
it.each(['70000', '-1', 'web', '80.5'])('refuses %s', async (text) => {
  vi.stubEnv('PAGE_PORT', text);
  await expect(portFrom('PAGE_PORT', 3000)).rejects.toThrow('PAGE_PORT');
});
