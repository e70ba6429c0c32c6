// @vitest-environment happy-dom
import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { answers, fakeBackend, persona } from '../testing/backend';
import { cluster, clusterId, connected } from '../testing/samples';
import { show } from '../testing/show';
import { ClusterScope } from './ClusterScope';

const backend = fakeBackend();

it.each([
  ['its id', clusterId, 'prod'],
  ['its name, as dashboards know it', 'prod', 'prod'],
])('a cluster is found by %s', async (_, asked, name) => {
  backend.use(
    answers('me', persona('viewer')),
    answers('listClusters', { items: [{ ...cluster({ name }), status: connected }], nextCursor: null, total: 1 }),
  );
  show(<ClusterScope>{(chosen) => <p>shown: {chosen.name}</p>}</ClusterScope>, {
    path: 'streams',
    at: `streams?cluster=${encodeURIComponent(asked)}`,
  });
  expect(await screen.findByText('shown: prod')).toBeDefined();
});
