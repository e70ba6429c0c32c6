// @vitest-environment happy-dom
import '../test/dom';
import { render, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { pick, user } from '../test/dom';
import { stage } from '../test/grafana';
import type { VariableQuery } from '../types';
import { VariableEditor } from './VariableEditor';

const items = [{ value: 'prod', text: 'prod' }];

it('a variable is chosen step by step', async () => {
  const { datasource } = stage({
    variables: { cluster: 'prod' },
    answers: { '/values': () => ({ items, complete: true }) },
  });
  const changes: VariableQuery[] = [];
  const onRunQuery = vi.fn();
  const Editor = () => {
    const [query, setQuery] = useState<VariableQuery>({ refId: 'x', of: 'cluster' });
    const change = (next: VariableQuery) => {
      changes.push(next);
      setQuery(next);
    };
    return <VariableEditor datasource={datasource} query={query} onChange={change} onRunQuery={onRunQuery} />;
  };
  render(<Editor />);
  expect(screen.queryByRole('combobox', { name: 'Cluster' })).toBeNull();
  await pick('List', 'Subjects of a stream');
  expect(screen.getByText('Choose the stream whose subjects to list.')).toBeDefined();
  await pick('Cluster', /\$cluster/);
  await pick('Stream', 'prod');
  await user().type(screen.getByRole('textbox', { name: 'Search' }), 'ord{Enter}');
  expect(changes.at(-1)).toEqual({ refId: 'x', of: 'subject', cluster: '$cluster', stream: 'prod', search: 'ord' });
  expect(onRunQuery).toHaveBeenCalledTimes(4);
});
