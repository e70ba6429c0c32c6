import { randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { Session } from 'chdb';

/**
 * ClickHouse's HTTP interface over the embedded engine, as far as @clickhouse/client uses it: for development and
 * tests on loopback. A Session is a serial queue, so each request has its own.
 */
const dir = process.env['CHDB_DIR'] ?? '';
const port = Number(process.env['CHDB_PORT']);
const password = process.env['CHDB_PASSWORD'] ?? '';
const maxBody = 256 * 1024 * 1024;

/** Parameters of the protocol itself; everything else in the query string is a setting. */
const ownParams = new Set([
  'query',
  'database',
  'default_format',
  'query_id',
  'session_id',
  'session_timeout',
  'session_check',
  'role',
  'user',
  'password',
  'compress',
  'decompress',
  'wait_end_of_query',
  'buffer_size',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'enable_http_compression',
  'cancel_http_readonly_queries_on_client_close',
]);

class Refused extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** The client takes an answer for an exception of the server where its name stands at the end. */
const nameOf: Readonly<Record<number, string>> = {
  48: 'NOT_IMPLEMENTED',
  62: 'SYNTAX_ERROR',
  115: 'UNKNOWN_SETTING',
  241: 'MEMORY_LIMIT_EXCEEDED',
};

function authorized(req: IncomingMessage, url: URL): boolean {
  const basic = /^Basic (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
  const given = basic
    ? Buffer.from(basic, 'base64').toString('utf8').split(':').slice(1).join(':')
    : String(req.headers['x-clickhouse-key'] ?? '') || url.searchParams.get('password') || '';
  const a = Buffer.from(given);
  const b = Buffer.from(password);
  return a.length === b.length && timingSafeEqual(a, b);
}

async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const source = req.headers['content-encoding'] === 'gzip' ? req.pipe(createGunzip()) : req;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new Refused(241, 'The body is too large for the development engine', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const literal = (text: string) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

/** SQL without strings and comments, for looking at its words. */
function bare(sql: string): string {
  return sql.replace(/'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|--[^\n]*|\/\*[^]*?\*\//g, ' ');
}

/** What the embedded engine would do to this machine and a server would not. */
function checkStatement(sql: string): void {
  const words = bare(
    /^\s*insert\b/i.test(sql) ? (sql.slice(0, 10_000).split(/\bvalues\b|\bformat\b/i, 1)[0] ?? '') : sql,
  );
  if (/\binto\s+outfile\b/i.test(words)) throw new Refused(48, 'INTO OUTFILE is not possible over HTTP');
  if (/;\s*\S/.test(words)) throw new Refused(62, 'Multi-statements are not allowed');
}

/** All settings and parameters as one statement: each statement of its own would cost a round trip to the engine. */
function settingsOf(url: URL, queryId: string): string {
  const settings = ['output_format_json_quote_64bit_integers = 0', `log_comment = ${literal(queryId)}`];
  for (const [key, value] of url.searchParams) {
    if (ownParams.has(key)) continue;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) throw new Refused(115, `Unknown setting ${key}`);
    settings.push(`${key} = ${literal(value)}`);
  }
  return `SET ${settings.join(', ')}`;
}

function exceptionCode(message: string): number {
  return Number(/Code:\s*(\d+)/.exec(message)?.[1] ?? 1002);
}

/** The engine names statements itself: the client's name for one travels as the comment of its log. */
const named = "Settings['log_comment']";

/** Aborting a call of the engine lets go of its answer, and the statement runs on until it is killed. */
async function end(queryId: string): Promise<void> {
  const session = new Session(dir);
  try {
    await session.queryAsync(`KILL QUERY WHERE ${named} = ${literal(queryId)} ASYNC`);
  } finally {
    session.close();
  }
}

async function run(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
  const body = await bodyOf(req);
  const head = url.searchParams.get('query') ?? '';
  const statement = (head ? `${head}\n` : '') + body.toString('utf8');
  checkStatement(statement);
  const sql = /^\s*kill\b/i.test(statement)
    ? statement.replace(/\bsync\b/i, 'ASYNC').replace(/\bquery_id\b/gi, named)
    : statement;
  const queryId = url.searchParams.get('query_id') ?? randomUUID();
  const session = new Session(dir);
  const gone = new AbortController();
  res.on('close', () => {
    // As a server does it: whoever writes and leaves has written.
    if (res.writableFinished || url.searchParams.get('cancel_http_readonly_queries_on_client_close') !== '1') return;
    gone.abort();
    end(queryId).catch((error: unknown) =>
      console.error('a statement that nobody waits for could not be ended', error),
    );
  });
  try {
    const database = url.searchParams.get('database');
    if (database) await session.queryAsync(`USE \`${database.replace(/[`\\]/g, '')}\``);
    await session.queryAsync(settingsOf(url, queryId));
    const format = String(
      req.headers['x-clickhouse-format'] ?? url.searchParams.get('default_format') ?? 'TabSeparated',
    );
    const started = process.hrtime.bigint();
    const result = await session.queryAsync(sql, { format, signal: gone.signal });
    const elapsed = Number(process.hrtime.bigint() - started);
    res.writeHead(200, {
      'content-type': /\bformat\s+json\b/i.test(sql) ? 'application/json' : 'text/plain; charset=utf-8',
      'x-clickhouse-query-id': queryId,
      'x-clickhouse-summary': JSON.stringify({
        read_rows: String(result.rowsRead),
        read_bytes: String(result.bytesRead),
        written_rows: '0',
        written_bytes: '0',
        total_rows_to_read: '0',
        result_rows: '0',
        result_bytes: '0',
        elapsed_ns: String(elapsed),
      }),
    });
    res.end(result.bytes());
  } finally {
    session.close();
  }
}

const server = createServer((req, res) => {
  const url = new URL(req.url ?? '/', 'http://127.0.0.1');
  if (url.pathname === '/ping') {
    res.end('Ok.\n');
    return;
  }
  if (!authorized(req, url)) {
    res.writeHead(403, { 'x-clickhouse-exception-code': '516' }).end('Code: 516. DB::Exception: Authentication failed');
    return;
  }
  run(req, res, url).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Refused ? error.code : exceptionCode(message);
    if (res.headersSent) res.destroy();
    else
      res
        .writeHead(error instanceof Refused ? error.status : 500, {
          'content-type': 'text/plain; charset=utf-8',
          'x-clickhouse-exception-code': String(code),
        })
        .end(
          message.startsWith('Code:')
            ? message
            : `Code: ${code}. DB::Exception: ${message}. (${nameOf[code] ?? 'UNKNOWN_EXCEPTION'})`,
        );
  });
});

const keep = new Session(dir);
await keep.queryAsync('SELECT 1');
server.listen(port, '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
    keep.close();
    process.exit(0);
  });
}
