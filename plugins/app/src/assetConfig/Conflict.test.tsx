// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fakeBackend } from '../testing/backend';
import { showAlone } from '../testing/show';
import { Conflict } from './Conflict';
import { streamFields } from './streamFields';

// Grafana's icons are asked for.
fakeBackend();
const begun = { name: 'ORDERS', max_msgs: 1, description: 'a', subjects: ['a', 'b'] };
const now = { ...begun, max_msgs: 2, subjects: ['a', 'c'] };
const wanted = { ...begun, max_msgs: 3, description: 'b' };

function open() {
  const gone: unknown[] = [];
  const user = showAlone(
    <Conflict groups={streamFields} begun={begun} now={now} wanted={wanted} onRebase={(draft) => gone.push(draft)} />,
  );
  return { user, gone };
}

describe('an edit that somebody else overtook', () => {
  it('says who changed what, of a list the items alone', () => {
    open();
    const theirs = screen.getByLabelText('Changed by somebody else').textContent;
    expect(theirs).toContain('without b');
    expect(theirs).toContain('with c');
    expect(theirs).not.toContain('with a');
    expect(screen.getByLabelText('Changed by you').textContent).toContain('becomes b');
    const both = screen.getByLabelText('Both changed max_msgs').textContent;
    expect(both).toContain('is now 2');
    expect(both).toContain('you want 3');
  });
  it('takes theirs where both changed it, unless one chooses', async () => {
    const { user, gone } = open();
    await user.click(screen.getByRole('button', { name: 'Go on from there' }));
    const choice = within(screen.getByRole('radiogroup', { name: 'Which max_msgs' }));
    await user.click(choice.getByRole('radio', { name: 'As I want it' }));
    await user.click(screen.getByRole('button', { name: 'Go on from there' }));
    await user.click(screen.getByRole('button', { name: 'Drop my changes' }));
    expect(gone).toEqual([
      { ...begun, subjects: ['a', 'c'], max_msgs: 2, description: 'b' },
      { ...begun, subjects: ['a', 'c'], max_msgs: 3, description: 'b' },
      now,
    ]);
  });
});
