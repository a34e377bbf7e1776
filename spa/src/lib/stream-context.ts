import { createContext, use } from 'react';
import type { StreamState } from './event-stream';

/** The state of the management area's one stream, for the queries that must poll while it is lost. */
export const StreamContext = createContext<StreamState>('connecting');

export function useFallbackPolling(): number | false {
  return use(StreamContext) === 'lost' && 5_000;
}
