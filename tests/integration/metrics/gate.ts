import net from 'node:net';

export interface Gate {
  readonly port: number;
  /** where connections go from now on; null: they are refused, and those that are open end */
  lead(port: number | null): void;
  /** Requests go through from now on, and answers do not come back. @returns whether one about this was held back yet */
  holdAnswers(about: string): () => boolean;
  close(): Promise<void>;
}

/** An address that stays while what is behind it goes and comes back elsewhere. */
export async function openGate(port: number): Promise<Gate> {
  let target: number | null = port;
  let holding = false;
  let awaited = '';
  let held = false;
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    if (target === null) {
      socket.destroy();
      return;
    }
    const behind = net.connect({ host: '127.0.0.1', port: target });
    for (const side of [socket, behind]) {
      open.add(side);
      side.on('close', () => {
        open.delete(side);
        socket.destroy();
        behind.destroy();
      });
      side.on('error', () => side.destroy());
    }
    let asked = '';
    socket.on('data', (part: Buffer) => {
      if (holding) asked = `${asked}${part.toString('latin1')}`.slice(-65_536);
    });
    socket.pipe(behind);
    behind.on('data', (answer: Buffer) => {
      if (holding) held ||= asked.includes(awaited);
      else socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The gate has no port');
  return {
    port: address.port,
    holdAnswers: (about) => {
      holding = true;
      awaited = about;
      held = false;
      return () => held;
    },
    lead: (to) => {
      target = to;
      holding = false;
      for (const socket of open) socket.destroy();
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
