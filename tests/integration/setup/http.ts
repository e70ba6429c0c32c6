import http from 'node:http';

/** Name and value, in order; a name may stand there twice, which an object of headers could not say. */
export type Headers = readonly (readonly [name: string, value: string])[];

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** the parsed JSON body; throws when it is none */
  json(): unknown;
}

export interface Outgoing {
  readonly method: string;
  /** sent to the letter: nothing is normalized on the way */
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal;
  /** for answers that do not end by themselves: true where enough of the text is there, which ends the request */
  readonly until?: (text: string) => boolean;
}

/** One request over node:http, which changes neither path nor headers, as a browser's fetch would. */
export function sendRaw(base: string, request: Outgoing, agent?: http.Agent): Promise<Answer> {
  const { hostname, port, host } = new URL(base);
  const headers: [string, string][] = [
    ['host', host],
    ...(request.headers ?? []).map(([k, v]): [string, string] => [k, v]),
  ];
  if (request.body !== undefined) headers.push(['content-length', String(Buffer.byteLength(request.body))]);
  return new Promise((resolve, reject) => {
    const req = http.request(
      {
        hostname,
        port,
        method: request.method,
        path: request.path,
        agent,
        signal: request.signal,
        headers: headers.flat(),
      },
      (res) => {
        const chunks: Buffer[] = [];
        const finish = () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json: () => JSON.parse(text) as unknown });
        };
        res.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (!request.until?.(Buffer.concat(chunks).toString('utf8'))) return;
          finish();
          req.destroy();
        });
        res.on('error', reject);
        res.on('end', finish);
      },
    );
    req.on('error', reject);
    req.end(request.body);
  });
}

export const bearer = (token: string): Headers => [['authorization', `Bearer ${token}`]];
