import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Door {
  readonly port: number;
  /** ends every connection and takes no new one: to whoever is in front, the engine behind is away */
  shut(): Promise<void>;
  /** takes connections again, on the same port */
  open(): Promise<void>;
}

/**
 * A port in front of a real engine that can be shut: an engine that goes away for one test, while the others go on
 * using it.
 * @param tap sees what clients send
 */
export async function openDoor(targetPort: number, tap?: (chunk: Buffer) => void): Promise<Door> {
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let port = 0;
  const open = async () => {
    const made = createServer((client) => {
      const target = connect(targetPort, '127.0.0.1');
      for (const [socket, other] of [
        [client, target],
        [target, client],
      ] as const) {
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      }
      if (tap) client.on('data', tap);
      client.pipe(target).pipe(client);
    });
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject);
      made.listen(port, '127.0.0.1', resolve);
    });
    const address = made.address();
    port = typeof address === 'object' && address ? address.port : port;
    server = made;
  };
  await open();
  return {
    port,
    open,
    shut: async () => {
      const closing = server;
      server = null;
      for (const socket of sockets) socket.destroy();
      if (closing) await new Promise((resolve) => closing.close(resolve));
    },
  };
}

/** The same URL by way of a door. */
export function throughDoor(url: string, door: Door): string {
  const changed = new URL(url);
  changed.port = String(door.port);
  return changed.toString();
}
