// @vitest-environment happy-dom
import '../test/dom';
import { CoreApp } from '@grafana/data';
import { render, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { pick, user } from '../test/dom';
import { stage, type Stage } from '../test/grafana';
import type { JetStreamQuery } from '../types';
import { AnnotationEditor } from './AnnotationEditor';
import { QueryEditor } from './QueryEditor';

const values = {
  '/values': ({ params }: { params?: Record<string, unknown> }) => ({
    items: params?.['of'] === 'cluster' ? [{ value: 'prod', text: 'prod' }] : [{ value: 'ORDERS', text: 'ORDERS' }],
    complete: params?.['of'] === 'cluster',
  }),
};

function open(
  query: object,
  app = CoreApp.PanelEditor,
  staged: Stage = stage({ variables: { team: 'x' }, answers: values }),
) {
  const onRunQuery = vi.fn();
  const changes: JetStreamQuery[] = [];
  const Editor = () => {
    const [current, setCurrent] = useState(query as JetStreamQuery);
    return (
      <QueryEditor
        datasource={staged.datasource}
        app={app}
        query={current}
        onRunQuery={onRunQuery}
        onChange={(next) => {
          changes.push(next);
          setCurrent(next);
        }}
      />
    );
  };
  render(<Editor />);
  return { ...staged, changes, onRunQuery, last: () => changes.at(-1) };
}
const lag = { refId: 'A', v: 1, spec: { kind: 'metrics', metric: 'lag', groupBy: ['stream', 'consumer'] } };

describe('the query editor', () => {
  it('picks a metric out of its source, keeping the grouping that it knows, and asks at once', async () => {
    const { last, onRunQuery } = open(lag);
    await pick('Metric', /^Published/);
    expect(last()?.spec).toMatchObject({ metric: 'published', groupBy: ['stream'], forecast: null });
    expect(onRunQuery).toHaveBeenCalledTimes(1);
  });

  it('suggests values that the console has, narrowed by what is chosen, and says when there are more', async () => {
    const { last, requests } = open({
      ...lag,
      spec: { ...lag.spec, clusters: ['prod'], filters: [{ field: 'stream', op: '=', values: [] }] },
    });
    const actor = user();
    await actor.click(screen.getByRole('combobox', { name: 'Values of Stream' }));
    expect(await screen.findByText('There are more: type a part of the name')).toBeDefined();
    expect(screen.getByRole('option', { name: /\$team/ })).toBeDefined();
    await actor.click(screen.getByRole('option', { name: 'ORDERS' }));
    expect(requests.at(-1)?.params).toMatchObject({ of: 'stream', cluster: 'prod' });
    expect(last()?.spec).toMatchObject({ filters: [{ field: 'stream', op: '=', values: ['ORDERS'] }] });
  });

  it('lets people type where no suggestions can be had, and says why', async () => {
    const failing = stage({
      answers: {
        '/values': () => {
          throw { status: 503, data: { detail: 'The console is away.' } };
        },
      },
    });
    open({ ...lag, spec: { kind: 'messages', cluster: '', stream: '' } }, CoreApp.Explore, failing);
    await user().click(screen.getByRole('combobox', { name: 'Cluster' }));
    expect(await screen.findByText('No suggestions: The console is away.')).toBeDefined();
  });

  it('adds and removes a filter', async () => {
    const { last } = open(lag);
    await user().click(screen.getByRole('button', { name: 'Filter' }));
    expect(last()?.spec).toMatchObject({ filters: [{ field: 'consumer', op: '=', values: [] }] });
    await user().click(screen.getByRole('button', { name: 'Remove the filter on Consumer' }));
    expect(last()?.spec).toMatchObject({ filters: [] });
  });

  it('takes a number when it is left, and refuses one out of range', async () => {
    const { changes, last } = open(lag);
    const top = screen.getByRole('spinbutton', { name: 'Top' });
    await user().type(top, '900{Enter}');
    expect(screen.getByText('A whole number from 1 to 500.')).toBeDefined();
    expect(changes).toEqual([]);
    await user().clear(top);
    await user().type(top, '5');
    await user().tab();
    expect(last()?.spec).toMatchObject({ top: 5 });
  });

  it('comes back to what was filled in for a kind, and does not ask what is not whole', async () => {
    const { last, onRunQuery } = open(lag);
    await user().click(screen.getByRole('radio', { name: 'Messages' }));
    expect(last()?.spec).toMatchObject({ kind: 'messages', cluster: '', stream: '' });
    expect(onRunQuery).not.toHaveBeenCalled();
    expect(screen.getByText('Choose the cluster.')).toBeDefined();
    await user().click(screen.getByRole('radio', { name: 'Metrics' }));
    expect(last()?.spec).toEqual(lag.spec);
    expect(onRunQuery).toHaveBeenCalledTimes(1);
  });

  it('offers rules only what a rule may ask', () => {
    open(lag, CoreApp.UnifiedAlerting);
    const kinds = within(screen.getByRole('radiogroup')).getAllByRole('radio');
    expect(kinds).toHaveLength(2);
    expect(screen.queryByRole('switch', { name: /Live/ })).toBeNull();
  });

  it('lets a panel grow, and only what can', async () => {
    const { last } = open(lag);
    await user().click(screen.getByRole('switch', { name: 'Live' }));
    expect(last()).toMatchObject({ live: true });
    await user().click(screen.getByRole('radio', { name: 'Inventory' }));
    expect(screen.queryByRole('switch', { name: 'Live' })).toBeNull();
  });

  it('opens the flat form of before, and stores the current one', async () => {
    const { last } = open({ refId: 'A', kind: 'metrics', metric: 'lag', groupBy: ['stream'] });
    await pick('Together as', 'Maximum');
    expect(last()).toEqual({
      refId: 'A',
      v: 1,
      spec: { kind: 'metrics', metric: 'lag', groupBy: ['stream'], aggregate: 'max' },
    });
  });

  it('says why a query of a newer plugin cannot be edited', () => {
    open({ refId: 'A', v: 2, spec: {} });
    expect(screen.getByText(/newer version of the datasource/)).toBeDefined();
  });

  it('asks for the stream of an inventory of subjects', async () => {
    const { last } = open({ refId: 'A', v: 1, spec: { kind: 'inventory', of: 'streams' } });
    await pick('List', 'Subjects');
    expect(screen.getByText('Choose the stream whose subjects to list.')).toBeDefined();
    await pick('Stream', 'ORDERS');
    expect(last()?.spec).toMatchObject({ of: 'subjects', stream: 'ORDERS' });
  });

  it('takes the types of events apart', async () => {
    const { last } = open({ refId: 'A', v: 1, spec: { kind: 'events' } });
    await user().type(screen.getByRole('textbox', { name: 'Types' }), 'max_deliver, ,leader_elected{Enter}');
    expect(last()?.spec).toMatchObject({ types: ['max_deliver', 'leader_elected'] });
  });

  it('of annotations offers events and SQL', () => {
    const { datasource } = stage({ answers: values });
    const query: JetStreamQuery = { refId: 'Anno', v: 1, spec: { kind: 'events' } };
    render(<AnnotationEditor datasource={datasource} query={query} onChange={vi.fn()} onRunQuery={vi.fn()} />);
    expect(screen.getAllByRole('radio').map((radio) => radio.getAttribute('id'))).toHaveLength(2);
  });
});
