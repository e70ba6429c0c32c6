import {
  liveRoutes,
  queryRoutes,
  type QueryIn,
  type QuerySpecInput,
  type ResponseOf,
} from '@jetstream-console/contract';

type ListValues = (typeof queryRoutes)['listValues'];
export type ValuesInput = QueryIn<ListValues>;
export type Values = ResponseOf<ListValues>;
export type Ticket = ResponseOf<(typeof liveRoutes)['createTicket']>;

export interface Transport {
  get(path: string, params: Record<string, unknown>): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

export interface Resources {
  /** what there is of a kind, as far as the asker may see it */
  values(input: ValuesInput): Promise<Values>;
  /** leave to watch a query through Grafana Live, for the asker alone */
  ticket(query: QuerySpecInput): Promise<Ticket>;
}

/** The gateway's resources, with what it answers checked against the contract. */
export function makeResources(transport: Transport): Resources {
  return {
    values: async (input) => queryRoutes.listValues.response.parse(await transport.get('values', { ...input })),
    ticket: async (query) => liveRoutes.createTicket.response.parse(await transport.post('ticket', { query })),
  };
}
