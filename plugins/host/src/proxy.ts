import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { ServerResponse } from 'node:http';
import type { HostUser, Issuer } from './identity';
import { hasRole, interpolate, matchRoute, type Plugin } from './pluginJson';
import type { SettingsStore } from './settings';

interface Upstream {
  readonly url: URL;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
}
export class ProxyRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const hopByHop = [
  'connection',
  'proxy-connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const removedByGrafana = [
  'cookie',
  'authorization',
  'origin',
  'referer',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-grafana-device-id',
  'x-grafana-user',
  'host',
];

/** A page of another host may not use a log-in; the port does not count, and no Origin is no page. */
export function originAllowed(req: IncomingMessage): boolean {
  const { origin, host } = req.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).hostname === new URL(`http://${host ?? ''}`).hostname;
}

export interface ProxyDeps {
  readonly plugins: ReadonlyMap<string, Plugin>;
  readonly settings: SettingsStore;
  readonly issuer: Issuer;
}

async function upstreamOf(
  deps: ProxyDeps,
  req: IncomingMessage,
  user: HostUser,
  pluginId: string,
  rest: string,
): Promise<Upstream> {
  const plugin = deps.plugins.get(pluginId);
  if (!plugin) throw new ProxyRefusal(404, 'Plugin not found, no installed plugin with that id');
  const at = rest.indexOf('?');
  const rawPath = at < 0 ? rest : rest.slice(0, at);
  const query = at < 0 ? undefined : rest.slice(at + 1);
  let match;
  try {
    match = matchRoute(plugin, req.method ?? 'GET', rawPath);
  } catch {
    throw new ProxyRefusal(400, 'invalid path');
  }
  if (!match) throw new ProxyRefusal(404, 'plugin route match not found');
  if (!hasRole(user.role, match.route.reqRole)) throw new ProxyRefusal(403, 'plugin proxy route access denied');
  const { jsonData, secureJsonData, enabled } = await deps.settings.read(pluginId);
  if (!enabled) throw new ProxyRefusal(404, 'Plugin is not enabled');
  const headers: OutgoingHttpHeaders = { ...req.headers };
  for (const name of removedByGrafana) delete headers[name];
  const proxied = req.socket.remoteAddress ?? '127.0.0.1';
  headers['x-forwarded-for'] = [req.headers['x-forwarded-for'], proxied].filter(Boolean).join(', ');
  headers['x-grafana-context'] = deps.issuer.context(user);
  headers['x-grafana-id'] = await deps.issuer.sign(user);
  try {
    for (const { name, content } of match.route.headers)
      headers[name.toLowerCase()] = interpolate(content, jsonData, secureJsonData);
    const url = new URL(interpolate(match.route.url, jsonData, secureJsonData));
    // Nothing is cleaned on the way: what the star matched is appended as it was decoded.
    return {
      url,
      path: `${url.pathname.replace(/\/$/, '')}${escapePath(match.rest)}${query === undefined ? '' : `?${query}`}`,
      headers: strip(headers, req),
    };
  } catch (error) {
    throw new ProxyRefusal(502, error instanceof Error ? error.message : 'bad gateway');
  }
}

/** Go writes a decoded path back with the encoding it needs. */
const escapePath = (path: string) => encodeURI(path).replace(/[?#]/g, encodeURIComponent);

/** Whatever the client lists in Connection goes too, the proxy's own headers included, as in Go's ReverseProxy. */
function strip(headers: OutgoingHttpHeaders, req: IncomingMessage): OutgoingHttpHeaders {
  const listed = String(req.headers.connection ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const upgrade = listed.includes('upgrade') ? req.headers.upgrade : undefined;
  for (const name of [...hopByHop, ...listed]) delete headers[name];
  if (upgrade !== undefined) Object.assign(headers, { connection: 'Upgrade', upgrade });
  return headers;
}

async function open(deps: ProxyDeps, req: IncomingMessage, user: HostUser, pluginId: string, rest: string) {
  const { url, headers, path } = await upstreamOf(deps, req, user, pluginId, rest);
  const request = url.protocol === 'https:' ? https.request : http.request;
  return request({
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port,
    method: req.method,
    path,
    headers,
    agent: false,
  });
}

const dropped = new Set([
  'alt-svc',
  'close',
  'server',
  'set-cookie',
  'strict-transport-security',
  'content-security-policy',
  'x-frame-options',
  'cache-control',
  ...hopByHop,
]);

/** One request through /api/plugin-proxy/<id>/…: bodies and answers are streams, both ways. */
export async function proxy(
  deps: ProxyDeps,
  req: IncomingMessage,
  res: ServerResponse,
  user: HostUser,
  pluginId: string,
  rest: string,
): Promise<void> {
  const upstream = await open(deps, req, user, pluginId, rest);
  upstream.on('response', (answer) => {
    const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !dropped.has(name)));
    res.writeHead(answer.statusCode ?? 502, {
      ...headers,
      'cache-control': 'no-store',
      'content-security-policy': 'sandbox',
      'x-frame-options': 'deny',
      via: '1.1 grafana',
    });
    res.flushHeaders();
    answer.pipe(res);
  });
  upstream.on('error', () => {
    if (res.headersSent) res.destroy();
    else res.writeHead(502, { 'content-type': 'application/json' }).end('{"message":"bad gateway"}');
  });
  res.on('close', () => upstream.destroy());
  req.pipe(upstream);
}

/** A WebSocket through the same routes. */
export async function proxyUpgrade(
  deps: ProxyDeps,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  user: HostUser,
  pluginId: string,
  rest: string,
): Promise<void> {
  const upstream = await open(deps, req, user, pluginId, rest);
  const answerHead = (answer: IncomingMessage) =>
    `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage ?? ''}\r\n${answer.rawHeaders.reduce((text, part, i) => text + (i % 2 === 0 ? `${part}: ` : `${part}\r\n`), '')}\r\n`;
  upstream.on('upgrade', (answer, remote, remoteHead) => {
    socket.write(answerHead(answer));
    if (remoteHead.length > 0) socket.write(remoteHead);
    if (head.length > 0) remote.write(head);
    remote.pipe(socket).pipe(remote);
    socket.on('error', () => remote.destroy());
    remote.on('error', () => socket.destroy());
  });
  upstream.on('response', (answer) => {
    socket.write(answerHead(answer));
    answer.pipe(socket);
  });
  upstream.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  upstream.end();
}
