import { describe, expect, it } from 'vitest';
import { accountSample } from './accounts';
import type { Moment } from './increase';
import { accountIn, beginCollection, newState } from './state';

const at = (s: number): Moment => ({ wallMs: s * 1000, steadyMs: s * 1000, clock: 'a' });
const common = {
  owner: { organizationId: 'o', clusterId: 'c', retentionDays: 1 },
  time: '',
  wallMs: 0,
  account: 'A',
  domain: '',
  own: true,
};

interface Said {
  readonly storage?: number;
  readonly memory?: number;
  readonly total: number;
  readonly errors?: number;
  readonly process?: string;
}

/** An account as its servers tell of it, collection by collection. */
function watched() {
  const state = newState();
  return (s: number, servers: Readonly<Record<string, Said>>, adopt = true) => {
    beginCollection(state);
    const account = accountIn(state, 'A', '');
    for (const [server, { storage = 0, memory = 0, total, errors = 0, process = server }] of Object.entries(servers)) {
      const limits = { id: 'A', name: 'A', maxMemory: -1, maxStorage: 100 };
      const figures = { ...limits, memory, storage, apiRequests: total, apiErrors: errors };
      account.figures.set(server, { at: at(s), figures, process });
    }
    const sample = accountSample(account, null, common);
    if (adopt) sample?.adopt();
    return sample?.row;
  };
}
const grew = (values: number[], elapsedMs: number) => ({ values, elapsedMs, reset: '' });
const nothing = (reset: string) => ({ values: [0, 0], elapsedMs: 0, reset });

describe('accountSample', () => {
  it('is null where nobody says anything', () => {
    expect(watched()(0, {})).toBeUndefined();
  });

  it('takes the largest of what servers say of the whole account, and adds nothing up', () => {
    const row = watched()(0, {
      n1: { storage: 50, memory: 10, total: 46, errors: 4 },
      n2: { storage: 40, memory: 20, total: 66, errors: 5 },
      n3: { storage: 50, memory: 0, total: 46, errors: 5 },
    });
    expect(row?.figures).toMatchObject({
      storage: 50,
      memory: 20,
      apiRequests: 66,
      apiErrors: 5,
      maxStorage: 100,
      maxMemory: -1,
    });
  });

  it('counts each call once, whoever knows of it first', () => {
    const see = watched();
    expect(see(0, { n1: { total: 40 }, n2: { total: 46 } })?.increase).toEqual(nothing('first'));
    expect(see(15, { n1: { total: 46, errors: 2 }, n2: { total: 66, errors: 1 } })?.increase).toEqual(
      grew([20, 2], 15_000),
    );
    expect(see(30, { n1: { total: 70, errors: 2 }, n2: { total: 67, errors: 2 } })?.increase).toEqual(
      grew([4, 0], 15_000),
    );
    expect(see(45, { n1: { total: 70, errors: 2 }, n2: { total: 70, errors: 2 } })?.increase).toEqual(
      grew([0, 0], 15_000),
    );
  });

  it('does not take what a server that started anew hears of the others for calls of now', () => {
    const see = watched();
    see(0, { n1: { total: 500 }, n2: { total: 500 } });
    expect(see(15, { n1: { total: 510 }, n2: { total: 3, process: 'n2 again' } })?.increase).toEqual(
      grew([10, 0], 15_000),
    );
    expect(see(30, { n1: { total: 520 }, n2: { total: 520, process: 'n2 again' } })?.increase).toEqual(
      grew([10, 0], 15_000),
    );
  });

  it('claims nothing when what a restarted server had counted is gone for all', () => {
    const see = watched();
    see(0, { n1: { total: 500 }, n2: { total: 500 } });
    expect(see(15, { n1: { total: 30 }, n2: { total: 30, process: 'n2 again' } })?.increase).toEqual(nothing('reset'));
    expect(see(30, { n1: { total: 32 }, n2: { total: 32, process: 'n2 again' } })?.increase).toEqual(
      grew([2, 0], 15_000),
    );
  });

  it('claims nothing for a lone server that started anew', () => {
    const see = watched();
    see(0, { n1: { total: 500 } });
    expect(see(15, { n1: { total: 700, process: 'again' } })?.increase).toEqual(nothing('reset'));
  });

  it('goes by those that spoke both times, over their own time', () => {
    const see = watched();
    see(0, { n1: { total: 100 }, n2: { total: 100 } });
    see(15, { n1: { total: 110 } });
    // It is compared with no older word of its own: that would count the first fifteen seconds twice.
    expect(see(30, { n1: { total: 120 }, n2: { total: 125 } })?.increase).toEqual(grew([10, 0], 15_000));
    expect(see(45, { n2: { total: 130 } })?.increase).toEqual(grew([5, 0], 15_000));
  });

  it('counts again what did not get through', () => {
    const see = watched();
    see(0, { n1: { total: 100 } });
    see(15, { n1: { total: 110 } }, false);
    expect(see(30, { n1: { total: 130 } })?.increase).toEqual(grew([30, 0], 30_000));
  });
});
