import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { startEngines, type Engines } from '../engines';
import type { Running } from '../engines/process';
import { logIn } from './consoleClient';
import { connectDemo, startDemo, type Demo } from './demo';
import type { GrafanaAdmin } from './grafana';
import { planPage } from './page';
import { connectionFor, mapReaders } from './pairing';
import { readersTeam, type Login } from './people';
import { startApiProcess, startWorkerProcess } from './servers';
import { readState, writeState, type State } from './state';

export interface StackOptions {
  readonly dir: string;
  readonly fresh?: boolean;
  readonly ports: { readonly page: number; readonly api: number };
  /** pairs the page and connects the demo cluster; tests that do so by hand leave it out */
  readonly prepared: boolean;
  readonly traffic: boolean;
  /** a Grafana that runs already, instead of one of our own or the plugin host */
  readonly given?: GrafanaAdmin;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Stack {
  readonly page: string;
  readonly api: string;
  readonly kind: 'Grafana' | 'plugin host';
  readonly admin: State['admin'];
  readonly users: readonly Login[];
  /** uid of the page's datasource */
  readonly datasource: string;
  readonly demo: Demo;
  readonly connection: string;
  readonly processes: readonly Running[];
  stop(): Promise<void>;
}

/** Brings everything up in its order; whatever fails, what came up before is ended again. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  const step = async <T>(work: () => Promise<T>, end: (made: T) => Promise<void>): Promise<T> => {
    options.signal?.throwIfAborted();
    const made = await work();
    stops.push(() => end(made));
    return made;
  };
  try {
    await mkdir(options.dir, { recursive: true, mode: 0o711 });
    const { log, dir } = options;
    const engines: Engines = await step(
      () => startEngines({ dir: path.join(dir, 'engines'), fresh: options.fresh, log }),
      (e) => e.stop(),
    );
    const state = await readState(dir);
    log('starting the demo cluster');
    const demo = await step(
      () => startDemo({ dir: path.join(dir, 'demo'), traffic: options.traffic, log }),
      (d) => d.stop(),
    );
    const server = { dir, engines, state, port: options.ports.api };
    const api = await step(
      () => startApiProcess(server),
      (p) => p.stop(),
    );
    log(`api is up (pid ${api.pid})`);
    const worker = await step(
      () => startWorkerProcess(server),
      (p) => p.stop(),
    );
    log(`worker is up (pid ${worker.pid})`);
    const apiUrl = `http://127.0.0.1:${options.ports.api}`;
    const { call, organizationId } = await logIn(apiUrl, state.admin);
    const planned = await planPage({ ...options, port: options.ports.page, state });
    const connection = await connectionFor(call, organizationId, planned, apiUrl, state);
    await writeState(dir, { ...state, connection });
    const page = await step(
      () => planned.open({ connection: connection.text, app: options.prepared }),
      (p) => p.stop(),
    );
    await mapReaders(call, organizationId, connection.id, { ...readersTeam, id: page.teamId });
    if (options.prepared) await connectDemo(call, demo);
    return {
      page: page.url,
      api: apiUrl,
      kind: page.kind,
      admin: state.admin,
      users: page.users,
      datasource: page.datasource,
      demo,
      connection: connection.text,
      processes: [...engines.running, ...demo.nodes, api, worker, ...(page.running ? [page.running] : [])],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
