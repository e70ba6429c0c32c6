import { createServer } from 'node:net';
import { Advice } from '../engines';
import { freePort } from '../engines/process';

/** The port that a variable names, its default, or any free one for 0. @throws Advice when it is taken */
export async function portFrom(variable: string, fallback: number): Promise<number> {
  const text = process.env[variable] ?? String(fallback);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Advice(
      `${variable} is "${text}", which is no port. Set it to a number up to 65535, or to 0 for any free one.`,
    );
  if (port === 0) return freePort();
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () =>
      reject(new Advice(`Port ${port} is taken. Set ${variable} to another one, or to 0 for any free one.`)),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
  return port;
}
