import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  apiBase,
  gatewayAsker,
  gatewayHeaders,
  signatureWindowMs,
  signedText,
  type GatewayAsker,
} from '@jetstream-console/contract';

export const secret = `jsc_g_${'0b5c9c2e3f7a4a399a551f6a2c7d8e90'}_${'s'.repeat(43)}`;
export const connectionId = '0b5c9c2e-3f7a-4a39-9a55-1f6a2c7d8e90';

/** One request as it arrived, its signature checked. */
export interface Call {
  readonly method: string;
  /** below /api/v1, without its query */
  readonly path: string;
  readonly search: string;
  readonly body: Buffer;
  readonly asker: GatewayAsker;
  readonly idToken: string | null;
  readonly accept: string;
  /** aborts when the gateway lets go of the request */
  readonly gone: AbortSignal;
}

export type Answerer = (call: Call, res: ServerResponse) => Promise<void> | void;

export const sendJson = (res: ServerResponse, status: number, json: unknown, type = 'application/json'): void => {
  res.writeHead(status, { 'content-type': type }).end(JSON.stringify(json));
};
export const sendProblem = (res: ServerResponse, status: number, detail: string): void =>
  sendJson(
    res,
    status,
    { type: 'about:blank', title: 'no', status, code: 'test', detail, requestId: 'req-1' },
    'application/problem+json',
  );

async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** The other end of the signature, by the contract alone. */
function verified(req: IncomingMessage, body: Buffer, nonces: Set<string>): GatewayAsker {
  const one = (name: string): string => {
    const values = req.headersDistinct[name];
    if (values?.length !== 1) throw new Error(`${name} is there ${values?.length ?? 0} times`);
    return values[0] ?? '';
  };
  const [time, nonce, asker] = [gatewayHeaders.time, gatewayHeaders.nonce, gatewayHeaders.asker].map(one);
  if (one(gatewayHeaders.connection) !== connectionId) throw new Error('another connection');
  if (Math.abs(Date.now() - Number(time)) > signatureWindowMs) throw new Error('another time');
  if (nonce === undefined || !/^[0-9a-f]{32}$/.test(nonce) || nonces.has(nonce)) throw new Error('a nonce twice');
  nonces.add(nonce);
  const idToken = req.headersDistinct[gatewayHeaders.idToken] === undefined ? '' : one(gatewayHeaders.idToken);
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const expected = createHmac('sha256', secret)
    .update(
      signedText({
        method: req.method ?? '',
        path: req.url ?? '',
        bodyHash,
        time: time ?? '',
        nonce,
        asker: asker ?? '',
        idToken,
      }),
    )
    .digest('hex');
  if (one(gatewayHeaders.signature) !== expected) throw new Error('a wrong signature');
  return gatewayAsker.parse(JSON.parse(Buffer.from(asker ?? '', 'base64url').toString('utf8')));
}

/** An HTTP server that takes nothing but the gateway's signed calls. A test says what it answers. */
export class Console {
  readonly calls: Call[] = [];
  answer: Answerer = (_call, res) => sendProblem(res, 404, 'The test expects no call.');
  private server: Server | null = null;
  private readonly nonces = new Set<string>();
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  private async serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const body = await bodyOf(req);
    let asker: GatewayAsker;
    try {
      asker = verified(req, body, this.nonces);
    } catch (error) {
      sendProblem(res, 403, `The signature does not hold: ${String(error)}`);
      return;
    }
    const [path = '', search = ''] = (req.url ?? '').split('?');
    const idToken = req.headersDistinct[gatewayHeaders.idToken]?.[0] ?? null;
    const call: Call = {
      method: req.method ?? '',
      path: path.startsWith(apiBase) ? path.slice(apiBase.length) : path,
      search,
      body,
      asker,
      idToken,
      accept: req.headers.accept ?? '',
      gone: gone.signal,
    };
    this.calls.push(call);
    await this.answer(call, res);
  }

  /** on the port it had before, once it had one */
  async start(): Promise<void> {
    const server = createServer((req, res) => {
      this.serve(req, res).catch((error: unknown) => {
        if (!res.headersSent) sendProblem(res, 500, String(error));
        else res.destroy();
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
}
