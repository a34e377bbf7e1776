import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

import { openEventStream } from "./event-stream";

const POLLING_WHILE_LOST_MS = 5_000;

/** What a feature does with the rows of its topic, usually: put them into what is cached. */
export interface LiveHandlers<Row> {
  /** On each (re)connect: events may have been lost since, so ask again for what is shown. */
  onConnect?(): void;
  /** The rows that move just now; the first event of each connection. */
  onSnapshot?(rows: readonly Row[]): void;
  /** The rows that changed, and the ids of those that are gone or no longer shown. */
  onRows(rows: readonly Row[], removed: readonly number[]): void;
}

/** One kind of thing that changes by itself; a feature exports it, `app/` puts it on a stream. */
export interface LiveTopic<Row> {
  /** As the stream's events name it. */
  name: string;
  /** Called once a connection, so that what is remembered between events ends with it. */
  handle(queryClient: QueryClient): LiveHandlers<Row>;
}

/** A stream of the API and what is told on it. */
export interface LiveStream {
  path: string;
  authenticated: boolean;
  topics: readonly LiveTopic<unknown>[];
}

const Connected = createContext(true);

type Payload = Record<string, unknown>;

/**
 * The events: `snapshot` holds the rows of each topic under the topic's name; an event that is
 * named for a topic holds the changed rows under that name, and `removed`.
 */
function dispatch(
  handlers: ReadonlyMap<string, LiveHandlers<unknown>>,
  event: string,
  payload: Payload,
): void {
  if (event === "snapshot") {
    for (const [name, handler] of handlers) {
      if (name in payload) handler.onSnapshot?.(payload[name] as unknown[]);
    }
    return;
  }
  // What this page has no topic for was added to the stream after it was loaded.
  handlers
    .get(event)
    ?.onRows((payload[event] ?? []) as unknown[], (payload["removed"] ?? []) as number[]);
}

/** The one live connection of a tab. Mounted by `app/`; `stream` is a constant. */
export function LiveConnection({ stream, children }: { stream: LiveStream; children: ReactNode }) {
  const queryClient = useQueryClient();
  // True until a connection failed: a page that just opened has lost nothing.
  const [connected, setConnected] = useState(true);

  useEffect(() => {
    const handlers = new Map(
      stream.topics.map((topic) => [topic.name, topic.handle(queryClient)] as const),
    );
    return openEventStream({
      path: stream.path,
      authenticated: stream.authenticated,
      onEvent: (event, data) => dispatch(handlers, event, data as Payload),
      onConnect: () => handlers.forEach((handler) => handler.onConnect?.()),
      onConnectedChange: setConnected,
    });
  }, [queryClient, stream]);

  return <Connected value={connected}>{children}</Connected>;
}

/** Whether news come by themselves just now, and how often to ask for them while they don't. */
export function useLive(): { connected: boolean; refetchInterval: number | false } {
  const connected = useContext(Connected);
  return { connected, refetchInterval: connected ? false : POLLING_WHILE_LOST_MS };
}
