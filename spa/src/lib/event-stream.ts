import { createParser } from "eventsource-parser";

import { authorizedFetch } from "./api-client";

interface Timing {
  firstDelay: number;
  longestDelay: number;
  /** The server pings every 15 s; a connection silent for twice that is dead. */
  silence: number;
}

const TIMING: Timing = { firstDelay: 1_000, longestDelay: 15_000, silence: 30_000 };

interface EventStreamOptions {
  path: string;
  authenticated: boolean;
  /** `data` is what the event's JSON says. */
  onEvent: (event: string, data: unknown) => void;
  /** On each (re)connect: events may have been lost since, so fetch again what is shown. */
  onConnect: () => void;
  onConnectedChange: (connected: boolean) => void;
  timing?: Timing;
}

/**
 * Reads server-sent events and keeps the stream open until the returned function is called. With
 * `fetch`, since `EventSource` sends no headers.
 */
export function openEventStream(options: EventStreamOptions): () => void {
  const closing = new AbortController();
  void keepOpen(options, closing.signal);
  return () => closing.abort();
}

async function keepOpen(
  options: EventStreamOptions,
  closing: AbortSignal,
): Promise<void> {
  const { firstDelay, longestDelay } = options.timing ?? TIMING;
  let delay = firstDelay;
  /* oxlint-disable no-await-in-loop -- one connection after the other is the point */
  while (!closing.aborted) {
    const openedAt = Date.now();
    const ending = await readToTheEnd(options, closing);
    if (closing.aborted) return;
    if (ending === "ended") {
      // The server ends a stream now and then. Never in a tight loop, all the same.
      delay = firstDelay;
      await pause(firstDelay - (Date.now() - openedAt), closing);
    } else {
      if (ending === "lost") delay = firstDelay;
      options.onConnectedChange(false);
      await pause(delay, closing);
      delay = Math.min(delay * 2, longestDelay);
    }
  }
  /* oxlint-enable no-await-in-loop */
}

/** How a connection went: ended by the server, lost while open, or never opened. */
type Ending = "ended" | "lost" | "refused";

async function readToTheEnd(
  options: EventStreamOptions,
  closing: AbortSignal,
): Promise<Ending> {
  const { silence } = options.timing ?? TIMING;
  const giveUp = new AbortController();
  const signal = AbortSignal.any([closing, giveUp.signal]);
  let opened = false;
  let watchdog = setTimeout(() => giveUp.abort(), silence);
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event) options.onEvent(event, JSON.parse(data));
    },
  });
  try {
    const request = new Request(new URL(options.path, window.location.origin), {
      headers: { Accept: "text/event-stream" },
      cache: "no-store",
      signal,
    });
    const response = await (options.authenticated ? authorizedFetch(request) : fetch(request));
    if (!response.ok || !response.body) return "refused";
    opened = true;
    options.onConnectedChange(true);
    options.onConnect();
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    // Not every `fetch` ends a body that is being read when its signal says so.
    signal.addEventListener("abort", () => void reader.cancel().catch(() => {}));
    /* oxlint-disable no-await-in-loop -- a stream is read in its order */
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => giveUp.abort(), silence);
      parser.feed(decoder.decode(part.value, { stream: true }));
    }
    /* oxlint-enable no-await-in-loop */
    return giveUp.signal.aborted ? "lost" : "ended";
  } catch {
    return opened ? "lost" : "refused";
  } finally {
    clearTimeout(watchdog);
  }
}

/** Waits, but no longer than until the browser is online again or the stream is closed. */
function pause(milliseconds: number, closing: AbortSignal): Promise<void> {
  const over = new AbortController();
  return new Promise((resolve) => {
    const timer = setTimeout(() => over.abort(), Math.max(0, milliseconds));
    const end = () => over.abort();
    over.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      window.removeEventListener("online", end);
      closing.removeEventListener("abort", end);
      resolve();
    });
    window.addEventListener("online", end);
    closing.addEventListener("abort", end);
  });
}
