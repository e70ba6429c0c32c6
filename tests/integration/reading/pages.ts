import { routes, type Message, type QueryIn, type Routes } from '@jetstream-console/contract';
import type { TestApi } from '../setup/api';

export type MessageQuery = QueryIn<Routes['listMessages']>;

/** Every page of a list of messages, to its end. */
export async function allMessages(
  api: TestApi,
  params: { clusterId: string; stream: string },
  query: MessageQuery = {},
): Promise<Message[]> {
  const found: Message[] = [];
  for (let cursor: string | undefined; ;) {
    // A cursor says where to go on; the start belongs to the first page alone.
    const { seq, time, ...rest } = query;
    const page = await api.get(
      routes.listMessages,
      { params, query: cursor === undefined ? query : { ...rest, cursor } },
      api.admin,
    );
    found.push(...page.items);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

export const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq);
