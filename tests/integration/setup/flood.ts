import http from 'node:http';

/** Sends a body of this size as fast as it is taken, and tells what came back and how much was taken. */
export function flood(
  url: string,
  bytes: number,
  chunked: boolean,
  headers: Record<string, string>,
): Promise<{ status: number; text: string; taken: number }> {
  const piece = Buffer.alloc(65_536, 0x20);
  return new Promise((resolve, reject) => {
    const req = http.request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...(!chunked && { 'content-length': bytes }) },
      },
      (res) => {
        let text = '';
        res.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
        res.on('end', () => {
          const taken = req.socket?.bytesWritten ?? 0;
          req.destroy();
          resolve({ status: res.statusCode ?? 0, text, taken });
        });
      },
    );
    // The rest of a body that nobody reads cannot be written; the answer has come by then.
    let failed: Error | null = null;
    req.on('error', (error) => {
      failed = error;
    });
    req.on('close', () => {
      if (failed) reject(failed);
    });
    let sent = 0;
    const more = () => {
      while (sent < bytes && !req.destroyed) {
        sent += piece.length;
        if (!req.write(piece)) {
          req.once('drain', more);
          return;
        }
      }
      if (!req.destroyed) req.end();
    };
    more();
  });
}
